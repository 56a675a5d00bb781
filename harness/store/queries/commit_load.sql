-- SPDX-License-Identifier: Apache-2.0
-- The commit of a run.
-- parameters: :run_key
-- columns: commit_id, parents_json, author, subject, committed_utc_ms, place, line_json, changed
SELECT commit_id, parents_json, author, subject, committed_utc_ms, place, line_json, changed
FROM run_commit WHERE run_key = :run_key;
