-- SPDX-License-Identifier: Apache-2.0
-- Stores a run.
-- parameters: :run_id, :started_utc_ms, :ended_utc_ms, :state, :assay_version, :command, :git_revision,
--   :suite,
--   :host_name, :host_class_id, :host_class_json, :environment_json, :environment_after_json, :settings_json
--   :here (1: measured here, and newer than all that are stored; 0: as new as its start)
-- columns: none
INSERT INTO run (run_id, started_utc_ms, ended_utc_ms, state, assay_version, command, git_revision, suite,
  host_name,
                 host_class_id, host_class_json, environment_json, environment_after_json, settings_json, newness_ms)
VALUES (:run_id, :started_utc_ms, :ended_utc_ms, :state, :assay_version, :command, :git_revision, :suite,
  :host_name,
        :host_class_id, :host_class_json, :environment_json, :environment_after_json, :settings_json,
        CASE :here WHEN 1 THEN max(:started_utc_ms, coalesce((SELECT max(newness_ms) FROM run), :started_utc_ms))
                   ELSE :started_utc_ms END);
