-- SPDX-License-Identifier: Apache-2.0
-- Stores what somebody decided about a regression, unless it is there.
-- parameters: :event_id, :regression_id, :series, :case_key, :commit_id, :at_utc_ms, :kind, :reason,
--   :until_utc_ms (NULL: no end), :person
-- columns: 1, when it was not there
INSERT OR IGNORE INTO triage_event
  (event_id, regression_id, series, case_key, commit_id, at_utc_ms, kind, reason, until_utc_ms, person)
VALUES
  (:event_id, :regression_id, :series, :case_key, :commit_id, :at_utc_ms, :kind, :reason, :until_utc_ms, :person)
RETURNING 1;
