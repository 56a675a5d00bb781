-- SPDX-License-Identifier: Apache-2.0
-- Runs, newest first, without what has to be counted.
-- parameters: :most (how many; -1: all)
-- columns: run_id, started_utc_ms, state, suite, command, host_name, host_class_id, commit_id,
--   commit_subject, commit_place (NULL: not known)
SELECT run_id, started_utc_ms, state, suite, command, host_name, host_class_id, commit_id, subject, place
FROM run LEFT JOIN run_commit USING (run_key)
ORDER BY newness_ms DESC, run.run_key DESC
LIMIT :most;
