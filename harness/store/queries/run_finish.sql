-- SPDX-License-Identifier: Apache-2.0
-- Sets the state of a run and its end.
-- parameters: :run_key, :state, :ended_utc_ms (NULL: not ended), :environment_after_json
-- columns: none
UPDATE run SET state = :state, ended_utc_ms = :ended_utc_ms, environment_after_json = :environment_after_json
WHERE run_key = :run_key;
