-- SPDX-License-Identifier: Apache-2.0
-- The devices of a run's launches.
-- parameters: :run_key, :first and :last (ordinals of cases)
-- columns: device_key, name, fidelity, fingerprint_json
SELECT device_key, name, fidelity, fingerprint_json FROM device
WHERE device_key IN (SELECT launch.device_key FROM launch JOIN planned_case p USING (case_row)
                      WHERE p.run_key = :run_key AND p.ordinal BETWEEN :first AND :last);
