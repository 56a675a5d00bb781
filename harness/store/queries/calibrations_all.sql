-- SPDX-License-Identifier: Apache-2.0
-- Every calibration.
-- parameters: none
-- columns: run_id, host_class_id, case_key, metric, at_utc_ms, judge_version, cases, most_pairs, sessions, pairs,
--   comparisons, alarms, alarmed_sessions, session_spread, detectable
SELECT run_id, host_class_id, case_key, metric, at_utc_ms, judge_version, cases, most_pairs, sessions, pairs,
       comparisons, alarms, alarmed_sessions, session_spread, detectable
FROM calibration ORDER BY at_utc_ms, run_id, case_key, metric;
