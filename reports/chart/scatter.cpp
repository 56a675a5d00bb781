// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/scatter.h"

#include <algorithm>

#include "reports/chart/place.h"

namespace assay::chart {
namespace {

bool usable(const ScatterChart& chart, const ScatterPoint& point) {
  return showable(point.x, chart.x.scale) && showable(point.y, chart.y.scale);
}

Domain domain_of(const ScatterChart& chart, bool of_x) {
  const Scale scale = of_x ? chart.x.scale : chart.y.scale;
  Domain domain;
  for (const ScatterPoint& point : chart.points) {
    if (!usable(chart, point)) continue;
    for (const double value :
         {of_x ? point.x : point.y, of_x ? point.x_low : point.y_low, of_x ? point.x_high : point.y_high})
      domain.add(value, scale);
  }
  return padded(domain, scale, 0.12);  // room for names
}

std::string figure(double value, double low, double high, const AxisSpec& axis) {
  const bool interval = showable(low, axis.scale) && showable(high, axis.scale) && low != high;
  return interval ? quantity_with_interval(value, low, high, axis.unit) : quantity(value, axis.unit);
}

std::string title_of(const ScatterChart& chart, const ScatterPoint& point) {
  return point_title(point.name, figure(point.x, point.x_low, point.x_high, chart.x),
                     figure(point.y, point.y_low, point.y_high, chart.y)) +
         (point.note.empty() ? "" : ": " + point.note);
}

/// The lines of a point's cross.
std::vector<std::pair<Point, Point>> cross_of(const ScatterChart& chart, const ScatterPoint& point,
                                              const Frame& frame) {
  std::vector<std::pair<Point, Point>> lines;
  const double x = frame.x.at(point.x), y = frame.y.at(point.y);
  const auto interval = [](double low, double high, Scale scale) {
    return showable(low, scale) && showable(high, scale) && low != high;
  };
  if (interval(point.x_low, point.x_high, chart.x.scale))
    lines.push_back({{frame.x.at(point.x_low), y}, {frame.x.at(point.x_high), y}});
  if (interval(point.y_low, point.y_high, chart.y.scale))
    lines.push_back({{x, frame.y.at(point.y_low)}, {x, frame.y.at(point.y_high)}});
  return lines;
}

std::string described(const ScatterChart& chart, std::size_t shown) {
  if (!chart.description.empty()) return chart.description;
  std::string text = std::to_string(shown) + (shown == 1 ? " point" : " points");
  std::size_t told = 0;
  for (const ScatterPoint& point : chart.points) {
    if (told == 20 || !usable(chart, point)) continue;
    text += (told++ == 0 ? ": " : "; ") + elided(title_of(chart, point), 400, text_size, {});
  }
  return text + (shown > told ? "; ..." : ".");
}

}  // namespace

Scene draw(const ScatterChart& chart, const Canvas& canvas) {
  const auto shown = static_cast<std::size_t>(std::count_if(
      chart.points.begin(), chart.points.end(), [&](const ScatterPoint& one) { return usable(chart, one); }));
  Scene scene = blank(canvas, chart.title, described(chart, shown));
  if (shown == 0) {
    draw_empty(scene, chart.title, chart.empty);
    return scene;
  }
  FrameSpec spec;
  spec.title = chart.title;
  spec.x = chart.x;
  spec.y = chart.y;
  spec.x_domain = domain_of(chart, true);
  spec.y_domain = domain_of(chart, false);
  for (const ScatterKind& kind : chart.kinds) spec.keys.push_back({kind.name, kind.role, kind.shape, {}});
  spec.note = left_out(chart.points.size() - shown, chart.points.size(),
                       chart.x.scale == Scale::log ? Scale::log : chart.y.scale);
  const Frame frame = draw_frame(scene, spec);
  const Metrics metrics = frame.metrics;
  Placer placer(frame.plot);
  Group crosses{"crosses", frame.plot, {}};
  Group marks{"data", frame.plot, {}};
  for (const ScatterPoint& point : chart.points) {
    if (!usable(chart, point)) continue;
    const Point at{frame.x.at(point.x), frame.y.at(point.y)};
    const std::string title = title_of(chart, point);
    for (const auto& [from, to] : cross_of(chart, point, frame)) {
      constexpr double rim = 3;
      placer.take({std::min(from.x, to.x) - rim, std::min(from.y, to.y) - rim,
                   std::fabs(to.x - from.x) + 2 * rim, std::fabs(to.y - from.y) + 2 * rim});
      crosses.items.push_back({Polyline{{from, to}, point.role, 1.5}, title, ""});
    }
    placer.take(metrics.cells ? Box{std::floor(at.x / cell_width) * cell_width,
                                    std::floor(at.y / cell_height) * cell_height, cell_width, cell_height}
                              : Box{at.x - 5, at.y - 5, 10, 10});
    marks.items.push_back({Marker{at, point.shape, point.role, 9}, title, point.id});
  }
  Group leaders{"leaders", std::nullopt, {}};
  Group labels{"labels", std::nullopt, {}};
  for (const ScatterPoint& point : chart.points) {
    if (!usable(chart, point)) continue;
    const std::string label = elided(point.name, frame.plot.width * 0.3, text_size, metrics);
    if (label.empty()) continue;
    const Point at{frame.x.at(point.x), frame.y.at(point.y)};
    const double width = metrics.width(label, text_size);
    const auto place = beside(placer, at, width, metrics.line(text_size), metrics.cells);
    if (!place) continue;
    if (place->leader && !metrics.cells) {
      const double half = metrics.line(text_size) / 2 - 1;
      leaders.items.push_back({Polyline{{at,
                                         {std::clamp(at.x, place->at.x, place->at.x + width),
                                          place->at.y + (place->at.y < at.y ? half : -half)}},
                                        Role::muted,
                                        0.75},
                               "", ""});
    }
    labels.items.push_back(
        {Text{place->at, label, place->anchor, text_size, Role::foreground, 0, false, true},
         label == cleaned(point.name) ? "" : point.name, ""});
  }
  for (Group* group : {&crosses, &leaders, &marks, &labels}) scene.groups.push_back(std::move(*group));
  return scene;
}

}  // namespace assay::chart
