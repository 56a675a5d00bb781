// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "reports/chart/frame.h"
#include "reports/chart/guides.h"
#include "reports/chart/scene.h"

namespace assay::chart {

struct BarRow {
  std::string name;
  double value = NAN;  ///< NaN: not measured; `note` says why
  double low = NAN;    ///< of its interval; NaN: none
  double high = NAN;
  Role role = Role::accent;
  Shape shape = Shape::circle;
  std::string note;  ///< instead of the figure at the right ("not measured"), or after it
  std::string id;
};

struct BarChart {
  std::string title;
  std::string description;  ///< made from the rows when empty
  AxisSpec axis;
  bool bars = false;  ///< bars from `reference`, else from 0 (linear axes only), instead of dots
  std::optional<double> reference;  ///< a line that all rows are compared with (1 for ratios)
  std::string reference_name;
  std::vector<Band> bands;  ///< "within noise"
  std::vector<BarRow> rows;
  std::string empty = "Nothing to compare";
};

/// One row each, with whiskers for its interval and the figure in words at the right. The scene is as wide as
/// the canvas and as high as its rows need: 20 points each, one line of a terminal.
Scene draw(const BarChart& chart, const Canvas& canvas);

}  // namespace assay::chart
