-- SPDX-License-Identifier: Apache-2.0
-- Runs whose UUID begins with a prefix, newest first.
-- parameters: :low (the prefix), :high (the prefix with its last byte one higher)
-- columns: run_id, started_utc_ms, command
SELECT run_id, started_utc_ms, command FROM run WHERE run_id >= :low AND run_id < :high
ORDER BY newness_ms DESC, run_key DESC;
