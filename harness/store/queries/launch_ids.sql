-- SPDX-License-Identifier: Apache-2.0
-- The UUIDs of a run's launches.
-- parameters: :run_key
-- columns: launch_id
SELECT launch_id FROM launch JOIN planned_case USING (case_row) WHERE run_key = :run_key;
