-- SPDX-License-Identifier: Apache-2.0
-- Stores a launch with the summary of its samples (ns per call).
-- parameters: :launch_id, :case_row, :launch_index, :lane, :started_utc_ms, :subject_key, :device_key,
--   :machine_code, :status,
--   :reason, :log, :verified, :output_digest, :error_measure, :operations, :minimum_bytes, :units,
--   :unit_of_work, :accuracy, :resident_bytes, :input_digest, :threads, :placement_json, :isa,
--   :peak_rss_bytes, :batch_calls, :warmup_samples, :call_n, :call_median_ns, :call_p90_ns, :call_p99_ns,
--   :call_mean_ns, :call_min_ns, :call_max_ns
-- columns: none
INSERT INTO launch (launch_id, case_row, launch_index, lane, started_utc_ms, subject_key, device_key,
                    machine_code, status, reason, log, verified, output_digest, error_measure, operations, minimum_bytes, units,
                    unit_of_work, accuracy, resident_bytes, input_digest, threads, placement_json, isa,
                    peak_rss_bytes, batch_calls, warmup_samples, call_n, call_median_ns, call_p90_ns,
                    call_p99_ns, call_mean_ns, call_min_ns, call_max_ns)
VALUES (:launch_id, :case_row, :launch_index, :lane, :started_utc_ms, :subject_key, :device_key,
        :machine_code, :status, :reason, :log, :verified, :output_digest, :error_measure, :operations, :minimum_bytes, :units,
        :unit_of_work, :accuracy, :resident_bytes, :input_digest, :threads, :placement_json, :isa,
        :peak_rss_bytes, :batch_calls, :warmup_samples, :call_n, :call_median_ns, :call_p90_ns, :call_p99_ns,
        :call_mean_ns, :call_min_ns, :call_max_ns);
