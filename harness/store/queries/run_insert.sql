-- SPDX-License-Identifier: Apache-2.0
-- Stores a run.
-- parameters: :run_id, :started_utc_ms, :ended_utc_ms, :state, :assay_version, :command, :git_revision,
--   :suite,
--   :host_name, :host_class_id, :host_class_json, :environment_json, :environment_after_json, :settings_json
-- columns: none
INSERT INTO run (run_id, started_utc_ms, ended_utc_ms, state, assay_version, command, git_revision, suite,
  host_name,
                 host_class_id, host_class_json, environment_json, environment_after_json, settings_json)
VALUES (:run_id, :started_utc_ms, :ended_utc_ms, :state, :assay_version, :command, :git_revision, :suite,
  :host_name,
        :host_class_id, :host_class_json, :environment_json, :environment_after_json, :settings_json);
