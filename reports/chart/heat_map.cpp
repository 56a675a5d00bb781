// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/heat_map.h"

#include <algorithm>
#include <cmath>

namespace assay::chart {

Scene draw(const HeatMap& chart, const Canvas& canvas) {
  const std::size_t columns = chart.x_edges.size() < 2 ? 0 : chart.x_edges.size() - 1;
  const std::size_t rows = chart.y_edges.size() < 2 ? 0 : chart.y_edges.size() - 1;
  const double most = chart.counts.empty() ? 0 : *std::max_element(chart.counts.begin(), chart.counts.end());
  const bool usable = columns > 0 && rows > 0 && chart.counts.size() == columns * rows && most > 0;
  std::string description = chart.description;
  if (description.empty() && usable) {
    description = "Counts over " + (chart.x.title.empty() ? "x" : chart.x.title) + " from " +
                  quantity(chart.x_edges.front(), chart.x.unit) + " to " +
                  quantity(chart.x_edges.back(), chart.x.unit) + " and " +
                  (chart.y.title.empty() ? "y" : chart.y.title) + " from " +
                  quantity(chart.y_edges.front(), chart.y.unit) + " to " +
                  quantity(chart.y_edges.back(), chart.y.unit) + "; the fullest cell has " +
                  quantity(most, {Unit::Kind::plain, ""}) + ".";
  }
  Scene scene = blank(canvas, chart.title, usable ? description : chart.empty);
  if (!usable) {
    draw_empty(scene, chart.title, chart.empty);
    return scene;
  }
  FrameSpec spec{chart.title, "", chart.x, chart.y, {}, {}, {}, false};
  spec.x_domain = {chart.x_edges.front(), chart.x_edges.back()};
  spec.y_domain = {chart.y_edges.front(), chart.y_edges.back()};
  const Frame frame = draw_frame(scene, spec);
  Group& data = scene.group("data", frame.plot);
  for (std::size_t c = 0; c < columns; ++c) {
    for (std::size_t r = 0; r < rows; ++r) {
      const double count = chart.counts[c * rows + r];
      if (!(count > 0)) continue;
      const double left = frame.x.at(chart.x_edges[c]);
      const double top = frame.y.at(chart.y_edges[r + 1]);
      const Box box{left, top, frame.x.at(chart.x_edges[c + 1]) - left, frame.y.at(chart.y_edges[r]) - top};
      data.items.push_back({Rectangle{box, Role::accent, 0.12 + 0.88 * std::sqrt(count / most)},
                            quantity(chart.y_edges[r], chart.y.unit) + " to " +
                                quantity(chart.y_edges[r + 1], chart.y.unit) + ": " +
                                quantity(count, {Unit::Kind::plain, ""}),
                            ""});
    }
  }
  return scene;
}

}  // namespace assay::chart
