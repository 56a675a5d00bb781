-- SPDX-License-Identifier: Apache-2.0
-- The commit that was checked out where a run was started, and what people decided about regressions.

CREATE TABLE run_commit (
  run_key          INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,
  commit_id        TEXT NOT NULL,                   -- 40 or 64 hex digits
  parents_json     TEXT NOT NULL,                   -- array of ids, the first parent first
  author           TEXT NOT NULL,                   -- name
  subject          TEXT NOT NULL,                   -- first line of the message
  committed_utc_ms INTEGER NOT NULL,
  place            INTEGER,                         -- commits on its first-parent line, itself included; NULL: not known
  line_json        TEXT NOT NULL,                   -- array of ids: its nearest first-parent ancestors
  changed          INTEGER NOT NULL CHECK (changed IN (0, 1)) -- tracked files differed from it
) STRICT;
CREATE INDEX run_commit_id ON run_commit (commit_id);

-- Rows are only ever added.
CREATE TABLE triage_event (
  event_id      TEXT PRIMARY KEY,                   -- UUID
  regression_id TEXT NOT NULL,                      -- 10 hex digits over series and commit
  series        TEXT NOT NULL,                      -- case, metric, subject, host class, device
  case_key      TEXT NOT NULL,                      -- canonical text of the case that it was seen in
  commit_id     TEXT NOT NULL,                      -- that began it, or the run where there is none
  at_utc_ms     INTEGER NOT NULL,
  kind          TEXT NOT NULL CHECK (kind IN ('acknowledged', 'ignored', 'reopened')),
  reason        TEXT NOT NULL,
  until_utc_ms  INTEGER,                            -- from then on it says nothing any more; NULL: no end
  person        TEXT NOT NULL                       -- who said so
) STRICT, WITHOUT ROWID;

DROP VIEW v_runs;
CREATE VIEW v_runs AS
SELECT run_id,                                      -- UUID
       started_utc_ms,                              -- milliseconds since 1970-01-01 UTC
       ended_utc_ms,                                -- NULL: not ended
       state,                                       -- running, complete, interrupted
       assay_version,                               -- that made it
       command,                                     -- the command line
       suite,                                       -- NULL: none
       git_revision,                                -- NULL: not known
       host_name,                                   -- as the machine calls itself
       host_class_id,                               -- equal for interchangeable machines
       (SELECT count(*) FROM planned_case p WHERE p.run_key = run.run_key) AS cases, -- planned
       (SELECT count(*) FROM planned_case p JOIN launch l USING (case_row)
        WHERE p.run_key = run.run_key) AS launches, -- stored
       commit_id,                                   -- checked out where it was started; NULL: not known
       author AS commit_author,                     --
       subject AS commit_subject,                   --
       committed_utc_ms,                            --
       place AS commit_place                        -- commits on its first-parent line; NULL: not known
FROM run LEFT JOIN run_commit USING (run_key);

CREATE VIEW v_triage AS
SELECT event_id,                                    -- UUID
       regression_id,                               -- as `assay regressions` names it
       series,                                      -- case, metric, subject, host class, device
       commit_id,                                   -- that began it, or the run
       at_utc_ms,                                   -- milliseconds since 1970-01-01 UTC
       kind,                                        -- acknowledged, ignored, reopened
       reason,                                      --
       until_utc_ms,                                -- NULL: no end
       person                                       -- who said so
FROM triage_event;
