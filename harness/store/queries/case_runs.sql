-- SPDX-License-Identifier: Apache-2.0
-- Where a case stands.
-- parameters: :case_key
-- columns: run_id, ordinal
SELECT run_id, ordinal FROM planned_case JOIN run USING (run_key) WHERE case_key = :case_key;
