// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "reports/chart/frame.h"
#include "reports/chart/scene.h"

namespace assay::chart {

struct ScatterPoint {
  std::string name;
  double x = NAN;
  double y = NAN;
  double x_low = NAN;  ///< of its interval; NaN: none
  double x_high = NAN;
  double y_low = NAN;
  double y_high = NAN;
  Role role = Role::accent;
  Shape shape = Shape::circle;
  std::string note;  ///< in its tooltip, behind the figures
  std::string id;
};

/// What a look means: a line of the legend.
struct ScatterKind {
  std::string name;
  Role role = Role::accent;
  Shape shape = Shape::circle;
};

struct ScatterChart {
  std::string title;
  std::string description;  ///< made from the points when empty
  AxisSpec x;
  AxisSpec y;
  std::vector<ScatterKind> kinds;
  std::vector<ScatterPoint> points;
  std::string empty = "Nothing to show";
};

/// Named points with a cross for their intervals. A name stands where it hides no other and no point; where
/// there is no room it is in the tooltip alone.
Scene draw(const ScatterChart& chart, const Canvas& canvas);

}  // namespace assay::chart
