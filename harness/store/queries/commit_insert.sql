-- SPDX-License-Identifier: Apache-2.0
-- Stores the commit of a run.
-- parameters: :run_key, :commit_id, :parents_json, :author, :subject, :committed_utc_ms, :place (NULL: not known),
--   :line_json, :changed
-- columns: none
INSERT INTO run_commit (run_key, commit_id, parents_json, author, subject, committed_utc_ms, place, line_json, changed)
VALUES (:run_key, :commit_id, :parents_json, :author, :subject, :committed_utc_ms, :place, :line_json, :changed);
