-- SPDX-License-Identifier: Apache-2.0
-- What machine code a launch executed, so that runs, too, are known to differ in nothing but its place.

ALTER TABLE launch ADD COLUMN machine_code TEXT;    -- hash (decision 0026); NULL: not known

DROP VIEW v_launches;
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
       machine_code,                                -- hash of what it executed; NULL: not known
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
