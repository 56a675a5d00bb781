// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/result.h"

#include <algorithm>

namespace assay {

const MetricValue* find_metric(const ResultRow& row, const std::string& id) {
  const auto found =
      std::find_if(row.metrics.begin(), row.metrics.end(), [&](const auto& m) { return m.id == id; });
  return found == row.metrics.end() ? nullptr : &*found;
}

}  // namespace assay
