-- SPDX-License-Identifier: Apache-2.0
-- Readings of the launches of a run.
-- parameters: :run_key, :first and :last (ordinals of cases)
-- columns: launch_key, metric, value, unit, reading.state, coverage, reading.reason, better
SELECT launch_key, metric, value, unit, reading.state, coverage, reading.reason, better
FROM reading JOIN launch USING (launch_key) JOIN planned_case p USING (case_row)
WHERE p.run_key = :run_key AND p.ordinal BETWEEN :first AND :last
ORDER BY launch_key, reading.ordinal;
