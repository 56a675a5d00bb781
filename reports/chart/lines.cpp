// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/lines.h"

#include <algorithm>
#include <cmath>

#include "reports/chart/decimate.h"

namespace assay::chart {
namespace {

constexpr std::size_t marked_fully = 30;

std::size_t points_in(const LineSeries& s) { return std::min(s.x.size(), s.y.size()); }

bool has_band(const LineSeries& s) {
  return !s.low.empty() && s.low.size() >= points_in(s) && s.high.size() >= points_in(s);
}

bool shown(const LineChart& chart, const LineSeries& s, std::size_t i) {
  return showable(s.x[i], chart.x.scale) && showable(s.y[i], chart.y.scale);
}

/// Indices to draw, ascending: all, or what differs on a sheet of this width.
std::vector<std::size_t> drawn(const LineChart& chart, const LineSeries& s, const Frame& frame) {
  const auto columns =
      static_cast<std::size_t>(frame.plot.width / (frame.metrics.cells ? cell_width / 2 : 1));
  if (points_in(s) > 2 * columns) return decimated(s.x, s.y, frame.x, columns, chart.y.scale);
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < points_in(s); ++i) {
    if (shown(chart, s, i)) all.push_back(i);
  }
  return all;
}

/// A gap in the data breaks the line, unless thinning left points out there anyway.
std::vector<std::vector<Point>> runs(const LineChart& chart, const LineSeries& s,
                                     const std::vector<std::size_t>& indices, const Frame& frame) {
  std::vector<std::vector<Point>> all(1);
  const bool thinned = points_in(s) > indices.size() + marked_fully && indices.size() > marked_fully;
  for (std::size_t k = 0; k < indices.size(); ++k) {
    const std::size_t i = indices[k];
    if (k > 0 && !thinned) {
      bool gap = false;
      for (std::size_t between = indices[k - 1] + 1; between < i; ++between)
        gap = gap || !shown(chart, s, between);
      if (gap) all.emplace_back();
    }
    const Point at{frame.x.at(s.x[i]), frame.y.at(s.y[i])};
    // The corner of a step; none where it would not be seen.
    if (s.step && !all.back().empty() && at.x - all.back().back().x > 0.5)
      all.back().push_back({at.x, all.back().back().y});
    all.back().push_back(at);
  }
  return all;
}

Role role_of(const LineSeries& s, std::size_t number) {
  return s.context ? Role::muted : series_role(number);
}

void draw_band(Group& group, const LineChart& chart, const LineSeries& s,
               const std::vector<std::size_t>& indices, const Frame& frame, Role role) {
  std::vector<Point> upper;
  std::vector<Point> lower;
  for (const std::size_t i : indices) {
    if (!showable(s.low[i], chart.y.scale) || !showable(s.high[i], chart.y.scale)) continue;
    const double x = frame.x.at(s.x[i]);
    if (s.step && !upper.empty()) {
      upper.push_back({x, upper.back().y});
      lower.push_back({x, lower.back().y});
    }
    upper.push_back({x, frame.y.at(s.high[i])});
    lower.push_back({x, frame.y.at(s.low[i])});
  }
  if (upper.size() < 2) return;
  upper.insert(upper.end(), lower.rbegin(), lower.rend());
  group.items.push_back({Polygon{std::move(upper), role, 0.16}, "", ""});
}

void draw_markers(Group& group, const LineSeries& s, const std::vector<std::size_t>& indices,
                  const Frame& frame, const LineChart& chart, std::size_t number) {
  const bool all = indices.size() <= marked_fully || !s.line;
  if (!all && chart.series.size() == 1) return;
  const std::size_t every = all ? 1 : std::max<std::size_t>(1, indices.size() / 6);
  // Sparse marks of different series stand at different places, or they would hide each other.
  const std::size_t first = all ? 0 : (every / 2 + number * every / 3) % every;
  for (std::size_t k = first; k < indices.size(); k += every) {
    const std::size_t i = indices[k];
    if (s.x[i] < frame.x.low() || s.x[i] > frame.x.high()) continue;
    group.items.push_back(
        {Marker{{frame.x.at(s.x[i]), frame.y.at(s.y[i])},
                series_shape(number),
                role_of(s, number),
                all ? 6.0 : 7.0},
         point_title(s.name, quantity(s.x[i], chart.x.unit, 4), quantity(s.y[i], chart.y.unit, 4)), ""});
  }
}

std::string described(const LineChart& chart, const Domain& x, const Domain& y) {
  if (!chart.description.empty()) return chart.description;
  if (y.empty()) return chart.empty;
  return std::to_string(chart.series.size()) + " series; " + (chart.x.title.empty() ? "x" : chart.x.title) +
         " from " + quantity(x.low, chart.x.unit) + " to " + quantity(x.high, chart.x.unit) + ", " +
         (chart.y.title.empty() ? "y" : chart.y.title) + " from " + quantity(y.low, chart.y.unit) + " to " +
         quantity(y.high, chart.y.unit) + ".";
}

}  // namespace

Scene draw(const LineChart& chart, const Canvas& canvas) {
  FrameSpec spec{chart.title, "", chart.x, chart.y, {}, {}, {}, any_vertical(chart.references)};
  std::size_t all = 0;
  std::size_t absent = 0;
  for (std::size_t number = 0; number < chart.series.size(); ++number) {
    const LineSeries& s = chart.series[number];
    for (std::size_t i = 0; i < points_in(s); ++i) {
      if (s.gaps && std::isnan(s.y[i])) continue;
      ++all;
      if (!shown(chart, s, i)) {
        ++absent;
        continue;
      }
      spec.x_domain.add(s.x[i], chart.x.scale);
      spec.y_domain.add(s.y[i], chart.y.scale);
      if (has_band(s)) {
        spec.y_domain.add(s.low[i], chart.y.scale);
        spec.y_domain.add(s.high[i], chart.y.scale);
      }
    }
    spec.keys.push_back({s.name, role_of(s, number), series_shape(number),
                         s.line ? std::optional(series_dash(number)) : std::nullopt});
  }
  Scene scene = blank(canvas, chart.title, described(chart, spec.x_domain, spec.y_domain));
  if (spec.y_domain.empty()) {
    draw_empty(scene, chart.title, chart.empty);
    return scene;
  }
  for (const Reference& reference : chart.references) {
    if (!reference.vertical) spec.y_domain.add(reference.value, chart.y.scale);
  }
  if (chart.from_zero) spec.y_domain.add(0, chart.y.scale);
  const double floor = spec.y_domain.low;
  spec.x_domain = padded(spec.x_domain, chart.x.scale, 0.02);
  spec.y_domain = padded(spec.y_domain, chart.y.scale, 0.06);
  if (chart.from_zero && floor == 0) spec.y_domain.low = 0;
  spec.note = left_out(absent, all, chart.x.scale == Scale::log ? Scale::log : chart.y.scale);

  const Frame frame = draw_frame(scene, spec);
  draw_bands(scene, chart.bands, frame);
  Group band{"intervals", frame.plot, {}};
  Group data{"data", frame.plot, {}};
  Group marks{"marks", std::nullopt, {}};
  for (std::size_t number = 0; number < chart.series.size(); ++number) {
    const LineSeries& s = chart.series[number];
    const std::vector<std::size_t> indices = drawn(chart, s, frame);
    if (has_band(s)) draw_band(band, chart, s, indices, frame, role_of(s, number));
    const double width =
        !s.step && static_cast<double>(indices.size()) > frame.plot.width ? 1 : 1.75;  // dense ones thinner
    if (s.line) {
      for (std::vector<Point>& run : runs(chart, s, indices, frame)) {
        if (run.size() < 2) continue;
        data.items.push_back(
            {Polyline{std::move(run), role_of(s, number), width, series_dash(number)}, s.name, s.id});
      }
    }
    draw_markers(marks, s, indices, frame, chart, number);
  }
  scene.groups.push_back(std::move(band));
  draw_references(scene, chart.references, frame);
  scene.groups.push_back(std::move(data));
  scene.groups.push_back(std::move(marks));
  return scene;
}

}  // namespace assay::chart
