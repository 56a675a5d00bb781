-- SPDX-License-Identifier: Apache-2.0
-- Stores the samples of a launch.
-- parameters: :launch_key, :sample_count, :data
-- columns: none
INSERT INTO sample_block (launch_key, sample_count, data) VALUES (:launch_key, :sample_count, :data);
