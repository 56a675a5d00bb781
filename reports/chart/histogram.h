// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "reports/chart/guides.h"

namespace assay::chart {

struct Bins {
  std::string name;
  std::vector<double> edges;   ///< ascending, one more than counts; any widths (log bins)
  std::vector<double> counts;  ///< or shares, or densities: `y` says what
};

struct HistogramChart {
  std::string title;
  std::string description;
  AxisSpec x;
  AxisSpec y = {"samples", {Unit::Kind::si, ""}, Scale::linear, {}};
  std::vector<Bins> series;           ///< one is drawn as bars, several as outlines over each other
  std::vector<Reference> references;  ///< vertical ones: the median, a limit
  std::string empty = "No samples";
};

Scene draw(const HistogramChart& chart, const Canvas& canvas);

}  // namespace assay::chart
