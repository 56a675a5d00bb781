// SPDX-License-Identifier: Apache-2.0
#include "harness/exchange/document.h"

namespace assay {

const std::vector<Format>& formats() {
  static const std::vector<Format> table{
      {"json", "the answer document: results with intervals and states", &to_json},
      {"csv", "tidy: one row for each case and metric", &to_csv},
      {"gbench", "Google Benchmark's JSON", &to_google_benchmark},
  };
  return table;
}

}  // namespace assay
