-- SPDX-License-Identifier: Apache-2.0
-- Makes room for a launch that was skipped before.
-- parameters: :case_row, :lane, :launch_index
-- columns: none
DELETE FROM launch WHERE case_row = :case_row AND lane = :lane AND launch_index = :launch_index AND status =
  'skipped';
