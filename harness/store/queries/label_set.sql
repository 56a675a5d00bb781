-- SPDX-License-Identifier: Apache-2.0
-- Adds or replaces a label.
-- parameters: :run_key, :name, :value
-- columns: none
INSERT INTO label (run_key, name, value) VALUES (:run_key, :name, :value)
ON CONFLICT (run_key, name) DO UPDATE SET value = excluded.value;
