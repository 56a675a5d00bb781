-- SPDX-License-Identifier: Apache-2.0
-- The run that is n older than the newest.
-- parameters: :n (0: the newest)
-- columns: run_id
SELECT run_id FROM run ORDER BY newness_ms DESC, run_key DESC LIMIT 1 OFFSET :n;
