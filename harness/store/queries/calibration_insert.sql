-- SPDX-License-Identifier: Apache-2.0
-- Stores what was found out about a case, in place of what the same run said of it before.
-- parameters: :run_id, :host_class_id, :case_key, :metric, :at_utc_ms, :judge_version, :cases, :most_pairs, :sessions,
--   :pairs, :comparisons, :alarms, :alarmed_sessions, :session_spread, :detectable (the last two may be NULL)
-- columns: none
INSERT OR REPLACE INTO calibration
  (run_id, host_class_id, case_key, metric, at_utc_ms, judge_version, cases, most_pairs, sessions, pairs, comparisons,
   alarms, alarmed_sessions, session_spread, detectable)
VALUES
  (:run_id, :host_class_id, :case_key, :metric, :at_utc_ms, :judge_version, :cases, :most_pairs, :sessions, :pairs,
   :comparisons, :alarms, :alarmed_sessions, :session_spread, :detectable);
