-- SPDX-License-Identifier: Apache-2.0
-- Tracks of the launches of a run, with their data.
-- parameters: :run_key, :first and :last (ordinals of cases)
-- columns: launch_key, metric, unit, value_count, data
SELECT launch_key, metric, unit, value_count, data
FROM track JOIN launch USING (launch_key) JOIN planned_case p USING (case_row)
WHERE p.run_key = :run_key AND p.ordinal BETWEEN :first AND :last
ORDER BY launch_key, track.ordinal;
