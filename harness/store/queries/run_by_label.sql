-- SPDX-License-Identifier: Apache-2.0
-- The run with that label that was stored last.
-- parameters: :name (NULL: any), :value
-- columns: run_id
SELECT run_id FROM run JOIN label USING (run_key)
WHERE label.value = :value AND (:name IS NULL OR label.name = :name)
ORDER BY run_key DESC LIMIT 1;
