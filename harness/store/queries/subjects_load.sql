-- SPDX-License-Identifier: Apache-2.0
-- All subjects.
-- parameters: none
-- columns: subject_key, name, version, revision, compiler, binary
SELECT subject_key, name, version, revision, compiler, binary FROM subject;
