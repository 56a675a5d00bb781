-- SPDX-License-Identifier: Apache-2.0
-- Launches of a run, without what stands in tables of their own; times are ns per call.
-- parameters: :run_key, :first and :last (ordinals of cases)
-- columns: launch_key, launch_id, p.ordinal, launch_index, lane, started_utc_ms, subject_key, device_key,
--   machine_code, status,
--   reason, verified, output_digest, error_measure, operations, minimum_bytes, units, unit_of_work, accuracy,
--   resident_bytes, input_digest, threads, placement_json, isa, peak_rss_bytes, batch_calls, warmup_samples,
--   call_n, call_median_ns, call_p90_ns, call_p99_ns, call_mean_ns, call_min_ns, call_max_ns
SELECT launch_key, launch_id, p.ordinal, launch_index, lane, started_utc_ms, subject_key, device_key,
       machine_code, status, reason, verified, output_digest, error_measure, operations, minimum_bytes, units, unit_of_work,
       accuracy, resident_bytes, input_digest, threads, placement_json, isa, peak_rss_bytes, batch_calls,
       warmup_samples, call_n, call_median_ns, call_p90_ns, call_p99_ns, call_mean_ns, call_min_ns,
       call_max_ns
FROM launch JOIN planned_case p USING (case_row)
WHERE p.run_key = :run_key AND p.ordinal BETWEEN :first AND :last
ORDER BY p.ordinal, lane, launch_index;
