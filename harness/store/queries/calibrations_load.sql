-- SPDX-License-Identifier: Apache-2.0
-- The newest calibration of each case and metric on hosts of a class.
-- parameters: :host_class_id
-- columns: run_id, host_class_id, case_key, metric, at_utc_ms, judge_version, cases, most_pairs, sessions, pairs,
--   comparisons, alarms, alarmed_sessions, session_spread, detectable
SELECT run_id, host_class_id, case_key, metric, at_utc_ms, judge_version, cases, most_pairs, sessions, pairs,
       comparisons, alarms, alarmed_sessions, session_spread, detectable
FROM (SELECT *, row_number() OVER (PARTITION BY case_key, metric ORDER BY at_utc_ms DESC, run_id) AS place
      FROM calibration WHERE host_class_id = :host_class_id)
WHERE place = 1 ORDER BY case_key, metric;
