-- SPDX-License-Identifier: Apache-2.0
-- Stores a hot spot of a launch.
-- parameters: :launch_key, :ordinal, :function, :object, :source, :instructions, :listing_json
-- columns: none
INSERT INTO hot_spot (launch_key, ordinal, function, object, source, instructions, listing_json)
VALUES (:launch_key, :ordinal, :function, :object, :source, :instructions, :listing_json);
