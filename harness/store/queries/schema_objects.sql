-- SPDX-License-Identifier: Apache-2.0
-- What the schema has, without SQLite's own.
-- parameters: none
-- columns: name, type
SELECT name, type FROM sqlite_schema WHERE name NOT GLOB 'sqlite_*';
