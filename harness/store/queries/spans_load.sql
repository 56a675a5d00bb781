-- SPDX-License-Identifier: Apache-2.0
-- Spans of the launches of a run, ns from the start of the launch.
-- parameters: :run_key, :first and :last (ordinals of cases)
-- columns: launch_key, name, start_ns, end_ns
SELECT launch_key, name, start_ns, end_ns
FROM span JOIN launch USING (launch_key) JOIN planned_case p USING (case_row)
WHERE p.run_key = :run_key AND p.ordinal BETWEEN :first AND :last
ORDER BY launch_key, span.ordinal;
