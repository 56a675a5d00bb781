// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/roofline.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "reports/chart/place.h"

namespace assay::chart {
namespace {

bool usable(const Roof& roof) { return showable(roof.peak, Scale::log); }
bool usable(const RooflinePoint& point) {
  return showable(point.intensity, Scale::log) && showable(point.performance, Scale::log);
}

std::vector<Roof> sorted(const std::vector<Roof>& roofs) {
  std::vector<Roof> kept;
  std::copy_if(roofs.begin(), roofs.end(), std::back_inserter(kept), [](const Roof& r) { return usable(r); });
  std::stable_sort(kept.begin(), kept.end(), [](const Roof& a, const Roof& b) { return a.peak > b.peak; });
  return kept;
}

struct Picture {
  Scene& scene;
  const RooflineChart& chart;
  std::vector<Roof> memory;  // highest first
  std::vector<Roof> compute;
  Frame frame;
  Placer placer;
  Group lines;
  Group labels;

  Point at(double intensity, double performance) const {
    return {frame.x.at(intensity), frame.y.at(performance)};
  }
};

std::string label_of(const Roof& roof, const Unit& unit) {
  return roof.name + " " + quantity(roof.peak, unit);
}

void set_domains(FrameSpec& spec, const std::vector<Roof>& memory, const std::vector<Roof>& compute,
                 const std::vector<RooflinePoint>& points) {
  for (const Roof& m : memory) {
    if (!compute.empty()) spec.x_domain.add(compute.front().peak / m.peak, Scale::log);
  }
  for (const Roof& c : compute) spec.y_domain.add(c.peak, Scale::log);
  for (const RooflinePoint& point : points) {
    if (!usable(point)) continue;
    spec.x_domain.add(point.intensity, Scale::log);
    spec.y_domain.add(point.performance, Scale::log);
  }
  if (spec.x_domain.empty()) spec.x_domain = {0.1, 10};
  if (compute.empty() && !memory.empty()) {
    spec.y_domain.add(memory.front().peak * spec.x_domain.high, Scale::log);
    spec.y_domain.add(memory.back().peak * spec.x_domain.low, Scale::log);
  }
  // Room to see where roofs come from and go to, and for their names.
  spec.x_domain = {spec.x_domain.low / 4, spec.x_domain.high * 8};
  spec.y_domain.low /= 3;
  spec.y_domain.high *= 2.2;
  if (!memory.empty())
    spec.y_domain.low = std::min(spec.y_domain.low, memory.front().peak * spec.x_domain.low);
}

/// Along a rising roof, on its upper side, from its middle outwards.
void label_rising(Picture& p, Point from, Point to, const Roof& roof) {
  const Metrics metrics = p.frame.metrics;
  const double length = std::hypot(to.x - from.x, to.y - from.y);
  const double line = metrics.line(small_size);
  const std::string whole = label_of(roof, p.chart.bandwidth);
  if (metrics.cells) {  // level: ends just left of the line, in the highest row where that is free
    const std::string label = elided(whole, p.frame.plot.width * 0.4, small_size, metrics);
    const double width = metrics.width(label, small_size);
    for (const bool lines_too : {true, false}) {
      for (double y = std::ceil(to.y / cell_height) * cell_height; y + cell_height <= from.y;
           y += cell_height) {
        const double share = (from.y - y - cell_height) / (from.y - to.y);
        const double x = std::floor((from.x + share * (to.x - from.x)) / cell_width - 1) * cell_width - width;
        if (!p.placer.free({x, y, width, cell_height}, lines_too)) continue;
        p.placer.take({x - cell_width, y, width + 2 * cell_width, cell_height});
        p.labels.items.push_back(
            {Text{{x, y + cell_height / 2}, label, Anchor::start, small_size, Role::muted}, whole, ""});
        return;
      }
    }
    return;
  }
  const std::string label = elided(whole, length * 0.9, small_size, metrics);
  const double width = metrics.width(label, small_size);
  const Point unit{(to.x - from.x) / length, (to.y - from.y) / length};
  const Point normal{unit.y, -unit.x};  // up and to the left of the line
  for (const double side : {1.0, -1.0}) {
    for (double share = 0.04; share * length + width <= length; share += 0.04) {
      const double off = side * (line * 0.5 + 1.5);
      const Point start{from.x + unit.x * share * length + normal.x * off,
                        from.y + unit.y * share * length + normal.y * off};
      const int pieces = std::max(1, static_cast<int>(width / 8));
      std::vector<Box> boxes;
      for (int i = 0; i <= pieces; ++i) {
        const double t = width * i / pieces;
        boxes.push_back({start.x + unit.x * t - 4.5, start.y + unit.y * t - 4.5, 9, 9});
      }
      const bool free =
          std::all_of(boxes.begin(), boxes.end(), [&](const Box& b) { return p.placer.free(b, true); });
      if (!free) continue;
      for (const Box& box : boxes) p.placer.take(box);
      const double angle = std::atan2(unit.y, unit.x) * 180 / std::numbers::pi;
      p.labels.items.push_back(
          {Text{start, label, Anchor::start, small_size, Role::muted, angle, false, true}, whole, ""});
      return;
    }
  }
}

/// Above a level roof's right end; below it, or further left, where another name is.
void label_level(Picture& p, double left, double y, const Roof& roof) {
  const Metrics metrics = p.frame.metrics;
  const bool cells = metrics.cells;
  const double line = metrics.line(small_size);
  const std::string whole = label_of(roof, p.chart.performance);
  const std::string label =
      elided(whole, std::max(p.frame.plot.right() - left - 8, p.frame.plot.width * 0.3), small_size, metrics);
  const double width = metrics.width(label, small_size);
  const double row = cells ? std::floor(y / cell_height) * cell_height : 0;
  const double end = p.frame.plot.right() - 4 - width;
  struct Attempt {
    bool lines_too;
    bool above;
  };
  for (const auto& [lines_too, above] : {Attempt{true, true}, Attempt{true, false}, Attempt{false, true}}) {
    for (double x = end; x >= std::max(left, p.frame.plot.x); x -= 2 * cell_width) {
      Box box{x, above ? y - line - 1 : y + 2, width, line};
      if (cells) {
        box.x = std::floor(box.x / cell_width) * cell_width;
        box.y = above ? row - cell_height : row + cell_height;
      }
      if (!p.placer.free(box, lines_too)) continue;
      p.placer.take({box.x - 3, box.y, box.width + 6, box.height});
      p.labels.items.push_back(
          {Text{{box.x, box.y + line / 2}, label, Anchor::start, small_size, Role::muted, 0, false, true},
           whole, ""});
      return;
    }
  }
}

void draw_roofs(Picture& p) {
  struct Rising {
    Point from, to;
    const Roof* roof;
  };
  std::vector<Rising> rising;
  std::vector<std::pair<double, const Roof*>> level;  // where it begins
  const Axis& x = p.frame.x;
  const Axis& y = p.frame.y;
  for (const Roof& m : p.memory) {
    const double low = std::max(x.low(), y.low() / m.peak);
    const double high = std::min(
        {x.high(), y.high() / m.peak, p.compute.empty() ? INFINITY : p.compute.front().peak / m.peak});
    if (!(low < high)) continue;
    rising.push_back({p.at(low, low * m.peak), p.at(high, high * m.peak), &m});
  }
  for (const Roof& c : p.compute) {
    const double from =
        p.memory.empty() ? x.low() : std::clamp(c.peak / p.memory.front().peak, x.low(), x.high());
    level.emplace_back(x.at(from), &c);
  }
  for (std::size_t i = 0; i < rising.size(); ++i) {
    const Rising& r = rising[i];
    p.placer.take_line(r.from, r.to);
    const Roof& roof = *r.roof;
    p.lines.items.push_back(
        {Polyline{{r.from, r.to}, i == 0 ? Role::foreground : Role::muted, i == 0 ? 1.75 : 1.25},
         label_of(roof, p.chart.bandwidth), ""});
  }
  for (std::size_t i = 0; i < level.size(); ++i) {
    const double at = y.at(level[i].second->peak);
    const Point from{level[i].first, at};
    const Point to{p.frame.plot.right(), at};
    p.placer.take_line(from, to);
    p.lines.items.push_back(
        {Polyline{{from, to}, i == 0 ? Role::foreground : Role::muted, i == 0 ? 1.75 : 1.25},
         label_of(*level[i].second, p.chart.performance), ""});
  }
  for (const auto& [from, roof] : level) label_level(p, from, y.at(roof->peak), *roof);
  for (const Rising& r : rising) label_rising(p, r.from, r.to, *r.roof);
}

/// Before any label: none may hide a marker.
void reserve_markers(Picture& p) {
  for (const RooflinePoint& point : p.chart.points) {
    if (!usable(point)) continue;
    const Point at = p.at(point.intensity, point.performance);
    p.placer.take(p.frame.metrics.cells
                      ? Box{std::floor(at.x / cell_width) * cell_width,
                            std::floor(at.y / cell_height) * cell_height, cell_width, cell_height}
                      : Box{at.x - 5, at.y - 5, 10, 10});
  }
}

void draw_points(Picture& p) {
  const Metrics metrics = p.frame.metrics;
  const double line = metrics.line(small_size) - (metrics.cells ? 0 : 1);
  Group marks{"data", std::nullopt, {}};
  Group leaders{"leaders", std::nullopt, {}};
  for (const RooflinePoint& point : p.chart.points) {
    if (!usable(point)) continue;
    const Point at = p.at(point.intensity, point.performance);
    marks.items.push_back({Marker{at, series_shape(point.series), series_role(point.series), 8},
                           point_title(point.name, quantity(point.intensity, p.chart.intensity) + " op/B",
                                       quantity(point.performance, p.chart.performance)),
                           point.id});
  }
  for (const RooflinePoint& point : p.chart.points) {
    if (!usable(point)) continue;
    const std::string label = elided(point.name, p.frame.plot.width * 0.3, small_size, metrics);
    if (label.empty()) continue;
    const Point at = p.at(point.intensity, point.performance);
    const double width = metrics.width(label, small_size);
    if (width < metrics.width(point.name, small_size) / 2 && width < 60) continue;  // a stump says nothing
    const std::optional<Placement> place = beside(p.placer, at, width, line, metrics.cells);
    if (!place) continue;
    if (place->leader && !metrics.cells) {
      const double x = std::clamp(at.x, place->at.x, place->at.x + width);
      const double y = place->at.y + (place->at.y < at.y ? line / 2 - 1 : 1 - line / 2);
      leaders.items.push_back({Polyline{{at, {x, y}}, Role::muted, 0.75}, "", ""});
    }
    p.labels.items.push_back(
        {Text{place->at, label, place->anchor, small_size, Role::foreground, 0, false, true},
         label == cleaned(point.name) ? "" : point.name, ""});
  }
  p.scene.groups.push_back(std::move(leaders));
  p.scene.groups.push_back(std::move(marks));
}

std::string described(const RooflineChart& chart, const Picture& p) {
  if (!chart.description.empty()) return chart.description;
  std::string text = "Roofline:";
  for (const Roof& roof : p.memory) text += " " + label_of(roof, chart.bandwidth) + ",";
  for (const Roof& roof : p.compute) text += " " + label_of(roof, chart.performance) + ",";
  return text + " " + std::to_string(chart.points.size()) + (chart.points.size() == 1 ? " case." : " cases.");
}

}  // namespace

Scene draw(const RooflineChart& chart, const Canvas& canvas) {
  Scene scene = blank(canvas, chart.title, chart.description);
  Picture p{scene, chart,      sorted(chart.memory),        sorted(chart.compute),
            {},    Placer({}), {"roofs", std::nullopt, {}}, {"labels", std::nullopt, {}}};
  scene.description = cleaned(described(chart, p));
  const auto shown = static_cast<std::size_t>(std::count_if(
      chart.points.begin(), chart.points.end(), [](const RooflinePoint& q) { return usable(q); }));
  if (p.memory.empty() && p.compute.empty() && shown == 0) {
    draw_empty(scene, chart.title, chart.empty);
    return scene;
  }
  FrameSpec spec;
  spec.title = chart.title;
  spec.x = {"operations per byte", chart.intensity, Scale::log, {}};
  spec.y = {"performance", chart.performance, Scale::log, {}};
  set_domains(spec, p.memory, p.compute, chart.points);
  for (std::size_t i = 0; i < chart.series.size(); ++i)
    spec.keys.push_back({chart.series[i], series_role(i), series_shape(i), {}});
  spec.note = left_out(chart.points.size() - shown, chart.points.size(), Scale::log);
  p.frame = draw_frame(scene, spec);
  p.placer = Placer(p.frame.plot);
  p.lines.clip = p.frame.plot;
  reserve_markers(p);
  draw_roofs(p);
  scene.groups.push_back(std::move(p.lines));
  draw_points(p);
  scene.groups.push_back(std::move(p.labels));
  return scene;
}

}  // namespace assay::chart
