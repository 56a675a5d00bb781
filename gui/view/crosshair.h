// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPointF>
#include <cstddef>
#include <optional>
#include <string>

#include "reports/chart/lines.h"
#include "reports/chart/scene.h"

class QPainter;

namespace assay::gui {

/// A place of an axis in its unit, in as many digits as tell it from its neighbours on the sheet (3 to 6).
std::string reading(const chart::Axis& axis, const chart::Unit& unit, double at);

/// The point of a line chart's data that lies nearest to a place of its scene, marked there or not.
struct NearPoint {
  std::size_t series = 0;
  std::size_t index = 0;
  QPointF at;         ///< on the sheet
  std::string title;  ///< "name: x, y", six digits
};
/// Nothing within reach. Looks at no more than what is a few points of the sheet away.
std::optional<NearPoint> nearest_point(const chart::LineChart& lines, const chart::Scene& scene,
                                       QPointF place);

/// Two lines across the plot, and at their ends what the axes say there. Nothing in a picture without a plot.
void paint_crosshair(QPainter& painter, const chart::Scene& scene, QPointF at);

}  // namespace assay::gui
