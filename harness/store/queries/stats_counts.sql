-- SPDX-License-Identifier: Apache-2.0
-- How much there is.
-- parameters: none
-- columns: runs, cases, launches, samples, sample_bytes, track_bytes, log_bytes
SELECT (SELECT count(*) FROM run), (SELECT count(*) FROM planned_case), (SELECT count(*) FROM launch),
       (SELECT coalesce(sum(sample_count), 0) FROM sample_block),
       (SELECT coalesce(sum(length(data)), 0) FROM sample_block), (SELECT coalesce(sum(length(data)), 0) FROM
         track),
       (SELECT coalesce(sum(length(log)), 0) FROM launch);
