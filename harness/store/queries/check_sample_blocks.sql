-- SPDX-License-Identifier: Apache-2.0
-- Every block of samples, with what its launch says.
-- parameters: none
-- columns: launch_id, sample_count, warmup_samples, data, status, lane
SELECT launch_id, sample_count, warmup_samples, data, status, lane FROM sample_block JOIN launch USING (launch_key);
