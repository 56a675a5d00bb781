// SPDX-License-Identifier: Apache-2.0
// Input: a byte that chooses a baseline or a gate's answer, then the file. It is refused with
// Error{bad_input} that names the file and has a remedy, or its values can be judged: finite medians above 0.
// A baseline that is accepted is written again, and that text is read as the same.
#include <cmath>
#include <cstdlib>
#include <string>

#include "harness/core/error.h"
#include "harness/exchange/baseline_document.h"
#include "harness/exchange/gate_document.h"
#include "tests/fuzz/driver.h"

using namespace assay;

namespace {

void must(bool condition) {
  if (!condition) std::abort();
}

void check(const Baseline& baseline) {
  for (const ResultRow& row : baseline.rows) {
    must(!row.case_key.empty());
    for (const double median : row.launch_medians_ns) must(std::isfinite(median) && median > 0);
    for (const MetricValue& metric : row.metrics) must(!metric.value || std::isfinite(*metric.value));
  }
  const std::string text = to_baseline_json(baseline);
  must(to_baseline_json(read_baseline_json(text, "again")) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    if ((data[0] & 1) != 0) {
      (void)read_gate_json(text, "fuzz.json");
    } else {
      check(read_baseline_json(text, "fuzz.json"));
    }
  } catch (const Error& error) {
    must(error.code == ErrorCode::bad_input);
    must(std::string_view(error.what()).find("fuzz.json") != std::string_view::npos);
    must(!error.remedy.empty());
  }
  return 0;
}
