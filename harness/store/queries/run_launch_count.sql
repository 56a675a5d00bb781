-- SPDX-License-Identifier: Apache-2.0
-- How many launches of a run are stored.
-- parameters: :run_id
-- columns: launches
SELECT count(*) FROM run JOIN planned_case USING (run_key) JOIN launch USING (case_row) WHERE run_id = :run_id;
