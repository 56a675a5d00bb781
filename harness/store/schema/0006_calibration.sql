-- SPDX-License-Identifier: Apache-2.0
-- What `assay calibrate` found out about hosts of a class, by case and metric. Rows are only ever added, and stay when
-- their run is pruned.

CREATE TABLE calibration (
  run_id           TEXT NOT NULL,                   -- UUID of the run whose launches it was worked out from
  host_class_id    TEXT NOT NULL,
  case_key         TEXT NOT NULL,                   -- canonical text
  metric           TEXT NOT NULL,
  at_utc_ms        INTEGER NOT NULL,
  judge_version    INTEGER NOT NULL,                -- of the rule of pairs
  cases            INTEGER NOT NULL,                -- calibrated together
  most_pairs       INTEGER NOT NULL,                -- launches of a side within which `detectable` is shown
  sessions         INTEGER NOT NULL,
  pairs            INTEGER NOT NULL,                -- of all sessions
  comparisons      INTEGER NOT NULL,
  alarms           INTEGER NOT NULL,                -- of the comparisons: false ones
  alarmed_sessions INTEGER NOT NULL,                -- with an alarm of any case
  session_spread   REAL,                            -- standard deviation of ln(median of a session); NULL: fewer than 2
  detectable       REAL,                            -- relative change shown in 80 % of trials; NULL: not known, or > 1
  PRIMARY KEY (run_id, case_key, metric)
) STRICT, WITHOUT ROWID;
CREATE INDEX calibration_host ON calibration (host_class_id, case_key, metric, at_utc_ms);

CREATE VIEW v_calibrations AS
SELECT run_id,                                      -- UUID; the run may be gone
       host_class_id,                               -- equal for interchangeable machines
       case_key,                                    -- canonical text
       metric,                                      -- time.wall.p50
       at_utc_ms,                                   -- milliseconds since 1970-01-01 UTC
       judge_version,                               -- of the rule of pairs
       cases,                                       -- calibrated together
       most_pairs,                                  -- launches of a side within which `detectable` is shown
       sessions,                                    --
       pairs,                                       -- of all sessions
       comparisons,                                 -- of the case with itself
       alarms,                                      -- of them: all false
       alarmed_sessions,                            -- with an alarm of any case
       session_spread,                              -- of ln(median of a session), standard deviation; NULL: fewer than 2
       detectable                                   -- relative change shown in 80 % of trials; NULL: not known, or > 1
FROM calibration;
