// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "reports/chart/frame.h"
#include "reports/chart/scene.h"

namespace assay::chart {

struct ViolinRow {
  std::string name;
  std::vector<double> values;  ///< in any order; what has no place on the axis does not count
  std::string note = {};       ///< in its tooltip, behind the figures
};

struct ViolinChart {
  std::string title;
  std::string description;  ///< made from the rows when empty
  AxisSpec axis;
  std::vector<ViolinRow> rows;
  std::string empty = "No samples";
};

/// How often values fall where, a row each, mirrored about its middle: a Gaussian kernel by Silverman's rule
/// (1986, 3.31: 0.9 min(sd, IQR / 1.34) n^-1/5) over the values between the quantiles 0.005 and 0.995 of all
/// rows together, each row as wide as its own peak; a bar for the middle half, a mark for the median. Rows
/// share the canvas's height.
Scene draw(const ViolinChart& chart, const Canvas& canvas);

}  // namespace assay::chart
