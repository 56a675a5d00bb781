-- SPDX-License-Identifier: Apache-2.0
-- Which run is the newest: its start, and for a run measured here no less than what any run had when it began, so that
-- neither an old run that is imported nor a clock that was set back hides it. Of equal ones the one stored last is newer.

ALTER TABLE run ADD COLUMN newness_ms INTEGER NOT NULL DEFAULT 0;
UPDATE run SET newness_ms = started_utc_ms;
CREATE INDEX run_by_newness ON run (newness_ms);
