-- SPDX-License-Identifier: Apache-2.0
-- The plan of a run, in order.
-- parameters: :run_key, :first and :last (ordinals)
-- columns: ordinal, case_key, params_json, worker, launches, inputs_json
SELECT ordinal, case_key, params_json, worker, launches, inputs_json FROM planned_case 
WHERE run_key = :run_key AND ordinal BETWEEN :first AND :last
ORDER BY ordinal;
