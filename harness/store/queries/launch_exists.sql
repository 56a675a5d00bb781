-- SPDX-License-Identifier: Apache-2.0
-- Is there a launch with this id, or in this place? What was skipped may be replaced in its place.
-- parameters: :launch_id, :case_row, :lane, :launch_index
-- columns: same_id (0 or 1), replaceable (0 or 1)
SELECT launch_id = :launch_id,
       status = 'skipped' AND case_row = :case_row AND lane = :lane AND launch_index = :launch_index
FROM launch
WHERE launch_id = :launch_id OR (case_row = :case_row AND lane = :lane AND launch_index = :launch_index);
