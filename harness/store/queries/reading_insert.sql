-- SPDX-License-Identifier: Apache-2.0
-- Stores a reading of a launch.
-- parameters: :launch_key, :ordinal, :metric, :value (NULL: none), :unit, :state, :coverage (0..1), :reason, :better
-- columns: none
INSERT INTO reading (launch_key, ordinal, metric, value, unit, state, coverage, reason, better)
VALUES (:launch_key, :ordinal, :metric, :value, :unit, :state, :coverage, :reason, :better);
