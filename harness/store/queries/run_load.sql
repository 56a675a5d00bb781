-- SPDX-License-Identifier: Apache-2.0
-- A run without labels, probes and plan.
-- parameters: :run_id
-- columns: run_key, started_utc_ms, ended_utc_ms, state, assay_version, command, git_revision, host_name,
--   host_class_json, environment_json, environment_after_json, settings_json
SELECT run_key, started_utc_ms, ended_utc_ms, state, assay_version, command, git_revision, host_name,
  host_class_json,
       environment_json, environment_after_json, settings_json
FROM run WHERE run_id = :run_id;
