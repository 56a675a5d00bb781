-- SPDX-License-Identifier: Apache-2.0
-- Samples of the launches of a run.
-- parameters: :run_key, :first and :last (ordinals of cases)
-- columns: launch_key, sample_count, data
SELECT launch_key, sample_count, data
FROM sample_block JOIN launch USING (launch_key) JOIN planned_case p USING (case_row)
WHERE p.run_key = :run_key AND p.ordinal BETWEEN :first AND :last;
