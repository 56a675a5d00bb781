-- SPDX-License-Identifier: Apache-2.0
-- Summaries of the tracks of a run, in their units.
-- parameters: :run_key, :first and :last (ordinals of cases)
-- columns: launch_key, metric, unit, value_count, median, p90, p99, mean, minimum, maximum
SELECT launch_key, metric, unit, value_count, median, p90, p99, mean, minimum, maximum
FROM track JOIN launch USING (launch_key) JOIN planned_case p USING (case_row)
WHERE p.run_key = :run_key AND p.ordinal BETWEEN :first AND :last
ORDER BY launch_key, track.ordinal;
