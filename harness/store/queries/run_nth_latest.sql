-- SPDX-License-Identifier: Apache-2.0
-- The run that was stored n before the newest. Clocks are set back; row numbers only grow.
-- parameters: :n (0: the newest)
-- columns: run_id
SELECT run_id FROM run ORDER BY run_key DESC LIMIT 1 OFFSET :n;
