-- SPDX-License-Identifier: Apache-2.0
-- Stores a span of a launch.
-- parameters: :launch_key, :ordinal, :name, :start_ns, :end_ns
-- columns: none
INSERT INTO span (launch_key, ordinal, name, start_ns, end_ns)
VALUES (:launch_key, :ordinal, :name, :start_ns, :end_ns);
