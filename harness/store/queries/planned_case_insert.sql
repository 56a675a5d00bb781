-- SPDX-License-Identifier: Apache-2.0
-- Stores one case of the plan.
-- parameters: :run_key, :ordinal, :case_key, :workload, :implementation, :device, :params_json, :worker,
--   :launches,
--   :inputs_json
-- columns: none
INSERT INTO planned_case (run_key, ordinal, case_key, workload, implementation, device, params_json, worker,
  launches,
                          inputs_json)
VALUES (:run_key, :ordinal, :case_key, :workload, :implementation, :device, :params_json, :worker, :launches,
        :inputs_json);
