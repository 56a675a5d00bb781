-- SPDX-License-Identifier: Apache-2.0
-- The row of a run.
-- parameters: :run_id
-- columns: run_key
SELECT run_key FROM run WHERE run_id = :run_id;
