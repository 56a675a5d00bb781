-- SPDX-License-Identifier: Apache-2.0
-- All runs, newest first.
-- parameters: none
-- columns: run_key, run_id, started_utc_ms, ended_utc_ms, state, assay_version, command, host_name,
--   host_class_id, suite,
--   cases, launches, ok, failed
WITH counts AS (
  SELECT run_key, count(*) AS launches, sum(status = 'ok') AS ok,
         sum(status IN ('invalid', 'failed', 'timeout')) AS failed
  FROM launch JOIN planned_case USING (case_row) GROUP BY run_key)
SELECT run.run_key, run_id, started_utc_ms, ended_utc_ms, state, assay_version, command, host_name,
  host_class_id, suite,
       (SELECT count(*) FROM planned_case p WHERE p.run_key = run.run_key), coalesce(launches, 0),
         coalesce(ok, 0),
       coalesce(failed, 0)
FROM run LEFT JOIN counts ON counts.run_key = run.run_key
ORDER BY newness_ms DESC, run.run_key DESC;
