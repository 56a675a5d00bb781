-- SPDX-License-Identifier: Apache-2.0
-- Runs that pruning removes: ended, beyond the newest ones that are kept, and started before a moment.
-- parameters: :before_utc_ms (NULL: any age), :keep (newest runs that stay), :free_host (no run is in progress there:
--   its running ones were killed)
-- columns: run_id
SELECT run_id FROM (
  SELECT run_id, run_key, started_utc_ms, state, host_name, row_number() OVER (ORDER BY newness_ms DESC, run_key DESC) AS place FROM run)
WHERE place > :keep AND (:before_utc_ms IS NULL OR started_utc_ms < :before_utc_ms) AND (state <> 'running' OR (host_name = :free_host AND host_name <> ''))
ORDER BY place DESC;
