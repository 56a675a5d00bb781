-- SPDX-License-Identifier: Apache-2.0
-- Runs whose plan and launches contradict each other: a launch on another device than planned, a complete run
-- without any launch of a planned case.
-- parameters: none
-- columns: run_id, case_key, problem
SELECT run_id, case_key, 'launch ' || launch_id || ' ran on device ' || device.name
FROM launch JOIN device USING (device_key) JOIN planned_case p USING (case_row) JOIN run USING (run_key)
WHERE device.name <> p.device AND launch.status = 'ok'
UNION ALL
SELECT run_id, case_key, 'the run is complete, and the case has no launch'
FROM planned_case p JOIN run USING (run_key)
WHERE run.state = 'complete' AND NOT EXISTS (SELECT 1 FROM launch WHERE launch.case_row = p.case_row);
