-- SPDX-License-Identifier: Apache-2.0
-- Stores a track of a launch; the summary is in its unit.
-- parameters: :launch_key, :ordinal, :metric, :unit, :value_count, :median, :p90, :p99, :mean, :minimum,
--   :maximum, :data
-- columns: none
INSERT INTO track (launch_key, ordinal, metric, unit, value_count, median, p90, p99, mean, minimum, maximum,
  data)
VALUES (:launch_key, :ordinal, :metric, :unit, :value_count, :median, :p90, :p99, :mean, :minimum, :maximum,
  :data);
