-- SPDX-License-Identifier: Apache-2.0
-- Places in the plan that need no launch any more.
-- parameters: :run_key
-- columns: ordinal, launch_index, lane
SELECT p.ordinal, launch_index, lane FROM launch JOIN planned_case p USING (case_row)
WHERE p.run_key = :run_key AND status <> 'skipped';
