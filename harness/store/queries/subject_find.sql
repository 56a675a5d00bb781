-- SPDX-License-Identifier: Apache-2.0
-- The row of a subject.
-- parameters: :name, :version, :revision, :compiler, :binary
-- columns: subject_key
SELECT subject_key FROM subject
WHERE name = :name AND version = :version AND revision = :revision AND compiler = :compiler AND binary =
  :binary;
