-- SPDX-License-Identifier: Apache-2.0
-- Every track.
-- parameters: none
-- columns: launch_id, metric, value_count, data
SELECT launch_id, metric, value_count, data FROM track JOIN launch USING (launch_key);
