-- SPDX-License-Identifier: Apache-2.0
-- The row of a planned case.
-- parameters: :run_key, :ordinal
-- columns: case_row
SELECT case_row FROM planned_case WHERE run_key = :run_key AND ordinal = :ordinal;
