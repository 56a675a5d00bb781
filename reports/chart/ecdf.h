// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "reports/chart/lines.h"

namespace assay::chart {

struct Samples {
  std::string name;
  std::vector<double> values;  ///< in any order; what is not finite does not count
};

struct EcdfChart {
  std::string title;
  std::string description;
  AxisSpec x;
  std::vector<Samples> series;
  std::vector<Reference> references;
  std::string empty = "No samples";
};

/// The empirical distribution: the share of samples at or below x, as steps.
Scene draw(const EcdfChart& chart, const Canvas& canvas);

}  // namespace assay::chart
