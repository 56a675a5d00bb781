// SPDX-License-Identifier: Apache-2.0
#include "harness/exchange/document.h"
#include "harness/exchange/launches.h"

namespace assay {

const std::vector<Format>& formats() {
  static const std::vector<Format> table{
      {"json", "the answer document: results with intervals and states", &to_json},
      {"csv", "tidy: one row for each case and metric", &to_csv},
      {"google_benchmark", "Google Benchmark's JSON", &to_google_benchmark},
      {"bencher", "Bencher Metric Format, with intervals", &to_bencher},
      {"github_action_benchmark", "github-action-benchmark's customSmallerIsBetter",
       &to_github_action_benchmark},
      {"junit", "JUnit's XML: a test a case", &to_junit_results},
      {"openmetrics", "OpenMetrics text, for Prometheus", &to_openmetrics},
  };
  return table;
}

const std::vector<LaunchFormat>& launch_formats() {
  static const std::vector<LaunchFormat> table{
      {"chrome_trace", "phases and samples of every launch, for Perfetto or chrome://tracing",
       &to_chrome_trace},
      {"callgrind", "instructions of a call by function and address, for KCachegrind (of assay profile)",
       &to_callgrind},
      {"collapsed", "the same by function as collapsed stacks, for flame graphs", &to_collapsed},
      {"pprof", "the same by function, line and address, for pprof (compressed: -o FILE)", &to_pprof},
  };
  return table;
}

}  // namespace assay
