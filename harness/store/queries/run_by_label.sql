-- SPDX-License-Identifier: Apache-2.0
-- The newest run with that label.
-- parameters: :name (NULL: any), :value
-- columns: run_id
SELECT run_id FROM run JOIN label USING (run_key)
WHERE label.value = :value AND (:name IS NULL OR label.name = :name)
ORDER BY newness_ms DESC, run_key DESC LIMIT 1;
