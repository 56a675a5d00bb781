// SPDX-License-Identifier: Apache-2.0
#include "harness/core/metric.h"

#include "harness/core/error.h"

namespace assay {

std::string to_string(Better better) {
  return better == Better::lower ? "lower" : better == Better::higher ? "higher" : "neither";
}

Better parse_better(const std::string& text) {
  for (const auto better : {Better::lower, Better::higher, Better::neither}) {
    if (to_string(better) == text) return better;
  }
  throw Error(ErrorCode::bad_input, "'" + text + "' is no direction of a metric",
              "one of lower, higher, neither");
}

}  // namespace assay
