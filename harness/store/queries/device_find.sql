-- SPDX-License-Identifier: Apache-2.0
-- The row of a device.
-- parameters: :name, :fidelity, :fingerprint_json
-- columns: device_key
SELECT device_key FROM device WHERE name = :name AND fidelity = :fidelity AND fingerprint_json =
  :fingerprint_json;
