-- SPDX-License-Identifier: Apache-2.0
-- Every case that some run planned, once for each resolution of its defaults.
-- parameters: none
-- columns: case_key, params_json
SELECT DISTINCT case_key, params_json FROM planned_case ORDER BY case_key;
