-- SPDX-License-Identifier: Apache-2.0
-- Labels of all runs.
-- parameters: none
-- columns: run_key, name, value
SELECT run_key, name, value FROM label ORDER BY run_key, name;
