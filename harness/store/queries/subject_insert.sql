-- SPDX-License-Identifier: Apache-2.0
-- Stores a subject unless it is there.
-- parameters: :name, :version, :revision, :compiler, :binary
-- columns: none
INSERT OR IGNORE INTO subject (name, version, revision, compiler, binary)
VALUES (:name, :version, :revision, :compiler, :binary);
