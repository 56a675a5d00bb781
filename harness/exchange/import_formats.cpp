// SPDX-License-Identifier: Apache-2.0
#include "harness/exchange/readers.h"

namespace assay {

const std::vector<ImportFormat>& import_formats() {
  const Probe here = Probe::present();
  static const std::vector<ImportFormat> table{
      {"google_benchmark", "google_benchmark", "Google Benchmark's JSON (--benchmark_out)", here,
       is_google_benchmark, import_google_benchmark},
      {"google_benchmark_csv", "google_benchmark", "Google Benchmark's CSV", here, is_google_benchmark_csv,
       import_google_benchmark_csv},
      {"hyperfine", "hyperfine", "hyperfine's JSON (--export-json)", here, is_hyperfine, import_hyperfine},
      {"pytest_benchmark", "pytest_benchmark", "pytest-benchmark's JSON (--benchmark-json)", here,
       is_pytest_benchmark, import_pytest_benchmark},
      {"pyperf", "pyperf", "pyperf's JSON, version 1.0", here, is_pyperf, import_pyperf},
      {"nvbench", "nvbench", "nvbench's JSON (--json, --jsonbin), version 1", here, is_nvbench,
       import_nvbench},
      {"criterion", "criterion", "Criterion's folder (target/criterion)", here, is_criterion,
       import_criterion},
      {"llama_bench", "llama_bench", "llama-bench's JSON, JSON lines, SQL or Markdown (-o)", here,
       is_llama_bench, import_llama_bench},
      {"perf_stat", "perf_stat", "perf stat's JSON (-j) or CSV (-x); named after the file", here,
       is_perf_stat, import_perf_stat},
      {"catch2", "catch2", "benchmarks in Catch2's XML (-r xml)", xml_probe(), is_catch2, import_catch2},
      {"junit", "junit", "times of tests in JUnit's XML", xml_probe(), is_junit, import_junit},
      {"github_action_benchmark", "github_action_benchmark",
       "github-action-benchmark's data.js, or its custom JSON", here, is_github_action_benchmark,
       import_github_action_benchmark},
      {"asv", "asv", "results of airspeed velocity, version 2", here, is_asv, import_asv},
      {"openmetrics", "openmetrics", "OpenMetrics text", here, is_openmetrics, import_openmetrics},
      {"loadgen", "loadgen", "MLPerf LoadGen's logs (detail, summary, or the folder)", here, is_loadgen,
       import_loadgen},
      {"chrome_trace", "chrome_trace", "Chrome's trace events: durations by name", here, is_chrome_trace,
       import_chrome_trace},
      {"bencher", "bencher", "Bencher Metric Format", here, is_bencher, import_bencher},
  };
  return table;
}

}  // namespace assay
