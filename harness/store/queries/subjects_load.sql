-- SPDX-License-Identifier: Apache-2.0
-- The subjects of a run's launches.
-- parameters: :run_key, :first and :last (ordinals of cases)
-- columns: subject_key, name, version, revision, compiler, binary
SELECT subject_key, name, version, revision, compiler, binary FROM subject
WHERE subject_key IN (SELECT launch.subject_key FROM launch JOIN planned_case p USING (case_row)
                      WHERE p.run_key = :run_key AND p.ordinal BETWEEN :first AND :last);
