-- SPDX-License-Identifier: Apache-2.0
-- All runs, newest first, without what has to be counted.
-- parameters: none
-- columns: run_id, started_utc_ms, state, suite, command, host_name, host_class_id, commit_id,
--   commit_subject
SELECT run_id, started_utc_ms, state, suite, command, host_name, host_class_id, commit_id, subject
FROM run LEFT JOIN run_commit USING (run_key)
ORDER BY newness_ms DESC, run.run_key DESC;
