-- SPDX-License-Identifier: Apache-2.0
-- Labels of a run.
-- parameters: :run_key
-- columns: name, value
SELECT name, value FROM label WHERE run_key = :run_key ORDER BY name;
