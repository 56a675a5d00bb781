-- SPDX-License-Identifier: Apache-2.0
-- Stores a device unless it is there.
-- parameters: :name, :fidelity, :fingerprint_json
-- columns: none
INSERT OR IGNORE INTO device (name, fidelity, fingerprint_json) VALUES (:name, :fidelity, :fingerprint_json);
