-- SPDX-License-Identifier: Apache-2.0
-- Removes a run; everything that belongs to it goes along.
-- parameters: :run_key
-- columns: none
DELETE FROM run WHERE run_key = :run_key;
