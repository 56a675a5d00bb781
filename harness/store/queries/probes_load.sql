-- SPDX-License-Identifier: Apache-2.0
-- Probes of a run, in order.
-- parameters: :run_key
-- columns: kind, name, available, reason, remedy
SELECT kind, name, available, reason, remedy FROM probe WHERE run_key = :run_key ORDER BY ordinal;
