-- SPDX-License-Identifier: Apache-2.0
-- What workers wrote on standard error, raw bytes.
-- parameters: :run_key, :first and :last (ordinals of cases)
-- columns: launch_key, log
SELECT launch_key, log FROM launch JOIN planned_case p USING (case_row)
WHERE p.run_key = :run_key AND p.ordinal BETWEEN :first AND :last AND log IS NOT NULL;
