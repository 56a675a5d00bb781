-- SPDX-License-Identifier: Apache-2.0
-- Stores a probe of a run.
-- parameters: :run_key, :ordinal, :kind, :name, :available (0 or 1), :reason, :remedy
-- columns: none
INSERT INTO probe (run_key, ordinal, kind, name, available, reason, remedy)
VALUES (:run_key, :ordinal, :kind, :name, :available, :reason, :remedy);
