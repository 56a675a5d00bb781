// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "reports/chart/frame.h"

namespace assay::chart {

/// How many values fall where: columns along x (time, order), rows along y (latency).
struct HeatMap {
  std::string title;
  std::string description;  ///< made from the data when empty
  AxisSpec x;               ///< linear
  AxisSpec y;
  std::vector<double> x_edges;  ///< ascending, one more than columns
  std::vector<double> y_edges;  ///< likewise of rows
  std::vector<double> counts;   ///< [column * rows + row], 0 or more
  std::string empty = "No samples";
};

/// Each cell is as strong as its share of the fullest one (by the square root, so that a rare one still
/// shows); empty cells stay empty. Cells tell their count.
Scene draw(const HeatMap& chart, const Canvas& canvas);

}  // namespace assay::chart
