-- SPDX-License-Identifier: Apache-2.0
-- Hot spots of the launches of a run, most instructions first.
-- parameters: :run_key, :first and :last (ordinals of cases)
-- columns: launch_key, function, object, source, instructions, listing_json
SELECT launch_key, function, object, source, instructions, listing_json
FROM hot_spot JOIN launch USING (launch_key) JOIN planned_case p USING (case_row)
WHERE p.run_key = :run_key AND p.ordinal BETWEEN :first AND :last
ORDER BY launch_key, hot_spot.ordinal;
