// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/core/metric.h"

namespace assay {

/// "rusage.cost": what one start, stop and reading of that collector inside the worker takes. It is stored
/// with the collector's readings; none of it lies in a sample.
inline Metric cost_metric(const std::string& collector) {
  return {collector + ".cost", "ns", Better::lower,
          "what one start, stop and reading of the collector takes: once for a request of many samples, "
          "outside of each",
          Over::mean};
}

}  // namespace assay
