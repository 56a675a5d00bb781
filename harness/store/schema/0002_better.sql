-- SPDX-License-Identifier: Apache-2.0
-- A reading keeps the direction that its metric declares; until here it was guessed from the unit when it was shown.

ALTER TABLE reading ADD COLUMN better TEXT NOT NULL DEFAULT 'neither' CHECK (better IN ('lower', 'higher', 'neither'));
UPDATE reading SET better = 'lower' WHERE unit IN ('ns', 'count', 'byte', 'J');

DROP VIEW v_readings;
CREATE VIEW v_readings AS
SELECT run_id,                                      -- UUID of the run
       case_key,                                    -- canonical text of the case
       launch_id,                                   -- UUID of the launch
       lane,                                        -- timing, or the disturbing collector's name
       status,                                      -- of the launch
       metric,                                      -- callgrind.instructions
       value,                                       -- in unit; NULL unless state is ok or scaled
       unit,                                        -- count, byte, ns, ratio
       reading.state AS state,                      -- ok, scaled, not_counted, denied, unsupported
       coverage,                                    -- 0..1
       reading.reason AS reason,                    -- why there is no value
       better                                       -- lower, higher, neither
FROM reading JOIN launch USING (launch_key) JOIN planned_case USING (case_row) JOIN run USING (run_key);
