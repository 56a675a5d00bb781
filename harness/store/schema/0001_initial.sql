-- SPDX-License-Identifier: Apache-2.0
-- Schema 1. Integers are INTEGER, missing is NULL (never 0), units stand in the names (_ns, _ms, _bytes).
-- Columns that end in _json hold JSON text. *_key and *_row are local row numbers; *_id are UUIDs.

CREATE TABLE run (
  run_key                INTEGER PRIMARY KEY,
  run_id                 TEXT NOT NULL UNIQUE,      -- UUID
  started_utc_ms         INTEGER NOT NULL,          -- milliseconds since 1970-01-01 UTC
  ended_utc_ms           INTEGER,                   -- NULL: not ended
  state                  TEXT NOT NULL CHECK (state IN ('running', 'complete', 'interrupted')),
  assay_version          TEXT NOT NULL,
  command                TEXT NOT NULL,             -- the command line
  git_revision           TEXT,                      -- of the directory in which it was started
  suite                  TEXT,                      -- its name, if one was run
  host_name              TEXT NOT NULL,
  host_class_id          TEXT NOT NULL,             -- 12 hex digits, equal for interchangeable machines
  host_class_json        TEXT NOT NULL,             -- object of texts
  environment_json       TEXT NOT NULL,             -- object of texts, before the run
  environment_after_json TEXT,                      -- object of texts, after the run
  settings_json          TEXT NOT NULL              -- what the user asked for: RunSettings
) STRICT;
CREATE INDEX run_started ON run (started_utc_ms);

CREATE TABLE label (
  run_key INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  name    TEXT NOT NULL,
  value   TEXT NOT NULL,
  PRIMARY KEY (run_key, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX label_value ON label (value);

CREATE TABLE probe (
  run_key   INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  ordinal   INTEGER NOT NULL,                       -- order in which they were made
  kind      TEXT NOT NULL,                          -- collector, implementation, device, check
  name      TEXT NOT NULL,
  available INTEGER NOT NULL CHECK (available IN (0, 1)),
  reason    TEXT NOT NULL,
  remedy    TEXT NOT NULL,
  PRIMARY KEY (run_key, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE subject (
  subject_key INTEGER PRIMARY KEY,
  name        TEXT NOT NULL,
  version     TEXT NOT NULL,
  revision    TEXT NOT NULL,                        -- git revision or ''
  compiler    TEXT NOT NULL,                        -- '' when not known
  binary      TEXT NOT NULL,                        -- SHA-256, hex, or ''
  UNIQUE (name, version, revision, compiler, binary)
) STRICT;

CREATE TABLE device (
  device_key       INTEGER PRIMARY KEY,
  name             TEXT NOT NULL,                   -- cpu, cuda:0
  fidelity         TEXT NOT NULL,                   -- hardware, software, functional
  fingerprint_json TEXT NOT NULL,                   -- object of texts
  UNIQUE (name, fidelity, fingerprint_json)
) STRICT;

CREATE TABLE planned_case (
  case_row       INTEGER PRIMARY KEY,
  run_key        INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  ordinal        INTEGER NOT NULL,                  -- its place in the plan
  case_key       TEXT NOT NULL,                     -- canonical text
  workload       TEXT NOT NULL,
  implementation TEXT NOT NULL,
  device         TEXT NOT NULL,
  params_json    TEXT NOT NULL,                     -- object, every parameter, defaults filled in
  worker         TEXT NOT NULL,                     -- id of the worker that runs it
  launches       INTEGER NOT NULL,                  -- how many are wanted
  inputs_json    TEXT NOT NULL,                     -- object: role -> file
  UNIQUE (run_key, ordinal)
) STRICT;
CREATE INDEX planned_case_key ON planned_case (case_key);

CREATE TABLE launch (
  launch_key     INTEGER PRIMARY KEY,
  launch_id      TEXT NOT NULL UNIQUE,              -- UUID
  case_row       INTEGER NOT NULL REFERENCES planned_case ON DELETE CASCADE,
  launch_index   INTEGER NOT NULL,                  -- from 0 within its case and lane
  lane           TEXT NOT NULL,                     -- timing, or the disturbing collector's name
  started_utc_ms INTEGER NOT NULL,
  subject_key    INTEGER NOT NULL REFERENCES subject,
  device_key     INTEGER NOT NULL REFERENCES device,
  status         TEXT NOT NULL CHECK
                   (status IN ('ok', 'invalid', 'failed', 'timeout', 'skipped', 'unavailable')),
  reason         TEXT,                              -- why, when not ok
  log            BLOB,                              -- end of the worker's standard error, raw bytes
  verified       INTEGER CHECK (verified IN (0, 1)),-- NULL: nothing to verify with
  output_digest  TEXT,
  error_measure  REAL,                              -- the tolerance rule's value; NULL: not a number
  operations     REAL NOT NULL,                     -- arithmetic operations of one call
  minimum_bytes  REAL NOT NULL,                     -- compulsory memory traffic of one call
  units          REAL NOT NULL,                     -- units of work of one call
  unit_of_work   TEXT,
  accuracy       TEXT,
  resident_bytes INTEGER,
  input_digest   TEXT,
  threads        INTEGER NOT NULL,                  -- as seen
  placement_json TEXT NOT NULL,                     -- array: CPU of each thread, as seen
  isa            TEXT,
  peak_rss_bytes INTEGER,
  batch_calls    INTEGER NOT NULL,                  -- calls per sample
  warmup_samples INTEGER NOT NULL,                  -- the first of the samples: never summarised
  call_n         INTEGER,                           -- steady samples; call_*_ns are ns per call
  call_median_ns REAL,
  call_p90_ns    REAL,                              -- NULL when a sample is a batch of several calls
  call_p99_ns    REAL,
  call_mean_ns   REAL,
  call_min_ns    REAL,
  call_max_ns    REAL,
  UNIQUE (case_row, lane, launch_index)
) STRICT;
CREATE INDEX launch_subject ON launch (subject_key);
CREATE INDEX launch_device ON launch (device_key);

CREATE TABLE reading (
  launch_key INTEGER NOT NULL REFERENCES launch ON DELETE CASCADE,
  ordinal    INTEGER NOT NULL,
  metric     TEXT NOT NULL,                         -- callgrind.instructions
  value      REAL,                                  -- in `unit`; NULL unless state is ok or scaled
  unit       TEXT NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('ok', 'scaled', 'not_counted', 'denied', 'unsupported')),
  coverage   REAL NOT NULL,                         -- 0..1: share of the region in which it was counted
  reason     TEXT NOT NULL,
  PRIMARY KEY (launch_key, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE sample_block (
  launch_key   INTEGER PRIMARY KEY REFERENCES launch ON DELETE CASCADE,
  sample_count INTEGER NOT NULL,                    -- warm-up included
  data         BLOB NOT NULL                        -- harness/store/sample_codec.h
) STRICT;

CREATE TABLE track (
  track_key   INTEGER PRIMARY KEY,
  launch_key  INTEGER NOT NULL REFERENCES launch ON DELETE CASCADE,
  ordinal     INTEGER NOT NULL,
  metric      TEXT NOT NULL,                        -- time.first_token
  unit        TEXT NOT NULL,                        -- of the values
  value_count INTEGER NOT NULL,
  median      REAL,                                 -- NULL when value_count is 0
  p90         REAL,
  p99         REAL,
  mean        REAL,
  minimum     REAL,
  maximum     REAL,
  data        BLOB NOT NULL,                        -- harness/store/sample_codec.h
  UNIQUE (launch_key, ordinal)
) STRICT;

CREATE TABLE span (
  launch_key INTEGER NOT NULL REFERENCES launch ON DELETE CASCADE,
  ordinal    INTEGER NOT NULL,
  name       TEXT NOT NULL,                         -- prepare, verify, warmup, measure
  start_ns   INTEGER NOT NULL,                      -- from the launch's start
  end_ns     INTEGER NOT NULL,
  PRIMARY KEY (launch_key, ordinal)
) STRICT, WITHOUT ROWID;

-- Views for people with their own SQL: these keep their columns over schema versions; the tables may change.

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
        WHERE p.run_key = run.run_key) AS launches  -- stored
FROM run;

CREATE VIEW v_launches AS
SELECT run_id,                                      -- UUID of the run
       launch_id,                                   -- UUID
       case_key,                                    -- canonical text of the case
       workload,                                    -- its parts
       implementation,                              --
       planned_case.device AS device,               --
       lane,                                        -- timing, or the disturbing collector's name
       launch_index,                                -- from 0 within case and lane
       launch.started_utc_ms AS started_utc_ms,     -- milliseconds since 1970-01-01 UTC
       subject.name AS subject,                     -- what was under test
       subject.version AS subject_version,          --
       subject.revision AS subject_revision,        --
       status,                                      -- ok, invalid, failed, timeout, skipped, unavailable
       reason,                                      -- why, when not ok
       verified,                                    -- 1, 0; NULL: nothing to verify with
       threads,                                     -- as seen
       isa,                                         -- path that was taken
       batch_calls,                                 -- calls per sample
       call_n AS samples,                           -- steady samples
       call_median_ns,                              -- ns per call
       call_p90_ns,                                 -- NULL for batches of several calls
       call_p99_ns,                                 -- likewise
       call_mean_ns,                                -- ns per call
       call_min_ns,                                 -- ns per call
       call_max_ns,                                 -- ns per call
       operations,                                  -- of one call
       minimum_bytes,                               -- of one call
       units,                                       -- of work, of one call
       unit_of_work,                                -- rows, frames, tokens
       peak_rss_bytes                               -- NULL: not known
FROM launch JOIN planned_case USING (case_row) JOIN run USING (run_key) JOIN subject USING (subject_key);

CREATE VIEW v_results AS
WITH ranked AS (
  SELECT case_row, subject_key, call_median_ns, call_n,
         row_number() OVER (PARTITION BY case_row, subject_key ORDER BY call_median_ns) AS place,
         count(*) OVER (PARTITION BY case_row, subject_key) AS n
  FROM launch l
  WHERE lane = 'timing' AND status = 'ok' AND call_median_ns IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM launch bad
                    WHERE bad.case_row = l.case_row AND bad.subject_key = l.subject_key
                      AND bad.status = 'invalid'))
SELECT run_id,                                      -- UUID of the run
       case_key,                                    -- canonical text of the case
       workload,                                    -- its parts
       implementation,                              --
       device,                                      --
       subject.name AS subject,                     -- what was under test
       subject.version AS subject_version,          --
       n AS launches,                               -- valid launches of the timing lane
       avg(CASE WHEN place IN ((n + 1) / 2, (n + 2) / 2) THEN call_median_ns END) AS time_wall_p50_ns,
                                                    -- median over launches of their medians, ns per call
       sum(call_n) AS samples                       -- steady samples, all launches together
FROM ranked JOIN planned_case USING (case_row) JOIN run USING (run_key) JOIN subject USING (subject_key)
GROUP BY case_row, subject_key;

CREATE VIEW v_readings AS
SELECT run_id,                                      -- UUID of the run
       case_key,                                    -- canonical text of the case
       launch_id,                                   -- UUID of the launch
       lane,                                        -- timing, or the disturbing collector's name
       status,                                      -- of the launch
       metric,                                      -- callgrind.instructions
       value,                                       -- in unit; NULL unless state is ok or scaled
       unit,                                        -- count, byte, ns, ratio
       reading.state AS state,                      -- ok, scaled, not_counted, denied, unsupported
       coverage,                                    -- 0..1
       reading.reason AS reason                     -- why there is no value
FROM reading JOIN launch USING (launch_key) JOIN planned_case USING (case_row) JOIN run USING (run_key);
