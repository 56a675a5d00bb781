-- SPDX-License-Identifier: Apache-2.0
-- Where a call's instructions are, of launches whose tool was asked for it (`--collect callgrind:hot_spots`).

CREATE TABLE hot_spot (
  launch_key   INTEGER NOT NULL REFERENCES launch ON DELETE CASCADE,
  ordinal      INTEGER NOT NULL,                    -- from 0, most instructions first
  function     TEXT NOT NULL,
  object       TEXT NOT NULL,                       -- path of the program or library
  source       TEXT,                                -- its file; NULL: no debug information
  instructions REAL NOT NULL,                       -- of one call, in this function alone
  listing_json TEXT NOT NULL,                       -- array of [address, count, line, target, taken, text]
  PRIMARY KEY (launch_key, ordinal)
) STRICT, WITHOUT ROWID;
