// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/histogram.h"

#include <algorithm>
#include <cmath>

namespace assay::chart {
namespace {

std::size_t bins_in(const Bins& bins) {
  return bins.edges.empty() ? 0 : std::min(bins.counts.size(), bins.edges.size() - 1);
}

bool drawable(const HistogramChart& chart, const Bins& bins, std::size_t i) {
  return showable(bins.edges[i], chart.x.scale) && showable(bins.edges[i + 1], chart.x.scale) &&
         bins.edges[i] < bins.edges[i + 1] && showable(bins.counts[i], Scale::linear) && bins.counts[i] >= 0;
}

std::string bin_title(const HistogramChart& chart, const Bins& bins, std::size_t i) {
  return point_title(
      bins.name, quantity(bins.edges[i], chart.x.unit) + " to " + quantity(bins.edges[i + 1], chart.x.unit),
      quantity(bins.counts[i], chart.y.unit, 4));
}

void draw_bars(Group& group, const HistogramChart& chart, const Bins& bins, const Frame& frame) {
  for (std::size_t i = 0; i < bins_in(bins); ++i) {
    if (!drawable(chart, bins, i) || bins.counts[i] == 0) continue;
    double left = frame.x.at(bins.edges[i]);
    double right = frame.x.at(bins.edges[i + 1]);
    if (frame.metrics.cells) {  // whole cells, so that bins meet
      left = std::floor(left / cell_width) * cell_width;
      right = std::max(left + cell_width, std::floor(right / cell_width) * cell_width);
    }
    const double top = frame.y.at(bins.counts[i]);
    const double gap = !frame.metrics.cells && right - left > 4 ? 1 : 0;  // tells neighbours apart
    group.items.push_back(
        {Rectangle{{left, top, right - left - gap, frame.plot.bottom() - top}, series_role(0)},
         bin_title(chart, bins, i), ""});
  }
}

void draw_outline(Group& fill, Group& data, Group& marks, const HistogramChart& chart, const Bins& bins,
                  std::size_t number, const Frame& frame) {
  const double floor = frame.y.at(0);
  std::vector<Point> outline;
  std::size_t tallest = bins_in(bins);
  for (std::size_t i = 0; i < bins_in(bins); ++i) {
    if (!drawable(chart, bins, i)) continue;
    const double top = frame.y.at(bins.counts[i]);
    const Point left{frame.x.at(bins.edges[i]), top};
    if (outline.empty()) outline.push_back({left.x, floor});
    if (outline.back().x < left.x) {  // bins left out between
      outline.push_back({outline.back().x, floor});
      outline.push_back({left.x, floor});
    }
    outline.push_back(left);
    outline.push_back({frame.x.at(bins.edges[i + 1]), top});
    if (tallest == bins_in(bins) || bins.counts[i] > bins.counts[tallest]) tallest = i;
  }
  if (outline.empty()) return;
  outline.push_back({outline.back().x, floor});
  const Role role = series_role(number);
  const double middle = (frame.x.at(bins.edges[tallest]) + frame.x.at(bins.edges[tallest + 1])) / 2;
  marks.items.push_back({Marker{{middle, frame.y.at(bins.counts[tallest])}, series_shape(number), role},
                         bin_title(chart, bins, tallest), ""});
  if (!frame.metrics.cells) fill.items.push_back({Polygon{outline, role, 0.12}, "", ""});
  data.items.push_back({Polyline{std::move(outline), role, 1.75, series_dash(number)}, bins.name, ""});
}

}  // namespace

Scene draw(const HistogramChart& chart, const Canvas& canvas) {
  FrameSpec spec{chart.title, "", chart.x, chart.y, {}, {}, {}, any_vertical(chart.references)};
  spec.y.scale = Scale::linear;
  double total = 0;
  for (std::size_t number = 0; number < chart.series.size(); ++number) {
    const Bins& bins = chart.series[number];
    for (std::size_t i = 0; i < bins_in(bins); ++i) {
      if (!drawable(chart, bins, i) || bins.counts[i] == 0) continue;
      spec.x_domain.add(bins.edges[i], chart.x.scale);
      spec.x_domain.add(bins.edges[i + 1], chart.x.scale);
      spec.y_domain.add(bins.counts[i], Scale::linear);
      total += bins.counts[i];
    }
    spec.keys.push_back({bins.name, series_role(number), series_shape(number), series_dash(number)});
  }
  const std::string extent = spec.x_domain.empty()
                                 ? chart.empty
                                 : "Histogram of " + quantity(total, chart.y.unit, 4) + " " + chart.y.title +
                                       " from " + quantity(spec.x_domain.low, chart.x.unit) + " to " +
                                       quantity(spec.x_domain.high, chart.x.unit) + ".";
  Scene scene = blank(canvas, chart.title, chart.description.empty() ? extent : chart.description);
  if (spec.x_domain.empty()) {
    draw_empty(scene, chart.title, chart.empty);
    return scene;
  }
  spec.x_domain = padded(spec.x_domain, chart.x.scale, 0.02);
  spec.y_domain = {0, spec.y_domain.high * 1.06};
  const Frame frame = draw_frame(scene, spec);
  Group fill{"fill", frame.plot, {}};
  Group data{"data", frame.plot, {}};
  Group marks{"marks", std::nullopt, {}};
  if (chart.series.size() == 1) {
    draw_bars(data, chart, chart.series[0], frame);
  } else {
    for (std::size_t number = 0; number < chart.series.size(); ++number) {
      draw_outline(fill, data, marks, chart, chart.series[number], number, frame);
    }
  }
  for (Group* group : {&fill, &data, &marks}) scene.groups.push_back(std::move(*group));
  draw_references(scene, chart.references, frame);
  return scene;
}

}  // namespace assay::chart
