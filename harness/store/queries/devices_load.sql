-- SPDX-License-Identifier: Apache-2.0
-- All devices.
-- parameters: none
-- columns: device_key, name, fidelity, fingerprint_json
SELECT device_key, name, fidelity, fingerprint_json FROM device;
