-- SPDX-License-Identifier: Apache-2.0
-- What people decided about regressions, in the order in which they did.
-- parameters: :run_key (NULL: all; else those about cases of that run)
-- columns: event_id, regression_id, series, case_key, commit_id, at_utc_ms, kind, reason, until_utc_ms, person
SELECT event_id, regression_id, series, case_key, commit_id, at_utc_ms, kind, reason, until_utc_ms, person
FROM triage_event
WHERE :run_key IS NULL OR case_key IN (SELECT case_key FROM planned_case WHERE run_key = :run_key)
ORDER BY at_utc_ms, event_id;
