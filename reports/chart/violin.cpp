// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/violin.h"

#include <algorithm>
#include <cmath>

namespace assay::chart {
namespace {

constexpr std::size_t bins = 128;

/// In the axis's own measure: logarithms on a logarithmic one.
std::vector<double> sorted_of(const ViolinRow& row, Scale scale) {
  std::vector<double> values;
  for (const double value : row.values) {
    if (showable(value, scale)) values.push_back(scale == Scale::log ? std::log10(value) : value);
  }
  std::sort(values.begin(), values.end());
  return values;
}

double at_share(const std::vector<double>& sorted, double p) {
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double bandwidth_of(const std::vector<double>& sorted, double step) {
  const auto n = static_cast<double>(sorted.size());
  double mean = 0, squares = 0;
  for (const double value : sorted) mean += value / n;
  for (const double value : sorted) squares += (value - mean) * (value - mean);
  const double sd = n > 1 ? std::sqrt(squares / (n - 1)) : 0;
  const double quarters = (at_share(sorted, 0.75) - at_share(sorted, 0.25)) / 1.34;
  const double spread = quarters > 0 ? std::min(sd, quarters) : sd;
  return std::max(0.9 * spread * std::pow(n, -0.2), step);
}

/// Densities at the middles of bins over [low, high], the highest 1.
std::vector<double> density_of(const std::vector<double>& sorted, double low, double high) {
  const double step = (high - low) / bins;
  std::vector<double> counts(bins, 0), density(bins, 0);
  for (const double value : sorted) {
    if (value < low || value > high) continue;
    ++counts[std::min(bins - 1, static_cast<std::size_t>((value - low) / step))];
  }
  const double width = bandwidth_of(sorted, step);
  const auto reach = static_cast<std::ptrdiff_t>(std::min(std::ceil(4 * width / step), 1.0 * bins));
  for (std::ptrdiff_t i = 0; i < static_cast<std::ptrdiff_t>(bins); ++i) {
    if (counts[static_cast<std::size_t>(i)] == 0) continue;
    for (std::ptrdiff_t k = std::max<std::ptrdiff_t>(0, i - reach);
         k <= std::min<std::ptrdiff_t>(bins - 1, i + reach); ++k) {
      const double z = static_cast<double>(k - i) * step / width;
      density[static_cast<std::size_t>(k)] += counts[static_cast<std::size_t>(i)] * std::exp(-z * z / 2);
    }
  }
  const double highest = *std::max_element(density.begin(), density.end());
  for (double& one : density) one = highest > 0 ? one / highest : 0;
  return density;
}

std::string described(const ViolinChart& chart) {
  return std::to_string(chart.rows.size()) + (chart.rows.size() == 1 ? " row" : " rows") +
         ": how often values fall where.";
}

}  // namespace

Scene draw(const ViolinChart& chart, const Canvas& canvas) {
  const Scale scale = chart.axis.scale;
  Scene scene = blank(canvas, chart.title, chart.description.empty() ? described(chart) : chart.description);
  std::vector<std::vector<double>> rows;
  std::vector<double> all;
  for (const ViolinRow& row : chart.rows) {
    rows.push_back(sorted_of(row, scale));
    all.insert(all.end(), rows.back().begin(), rows.back().end());
  }
  if (all.empty()) {
    draw_empty(scene, chart.title, chart.empty);
    return scene;
  }
  std::sort(all.begin(), all.end());
  double low = at_share(all, 0.005);
  double high = at_share(all, 0.995);
  const double room = high > low ? (high - low) * 0.06 : std::max(std::abs(low) * 0.01, 1e-12);
  low -= room;
  high += room;
  const auto back = [&](double value) { return scale == Scale::log ? std::pow(10, value) : value; };

  const bool cells = scene.cells;
  const Metrics metrics{cells};
  const double side = cells ? 0 : 10;
  std::vector<std::string> names;
  double widest = 0;
  for (const ViolinRow& row : chart.rows) {
    names.push_back(elided(row.name, scene.width * 0.3, text_size, metrics));
    widest = std::max(widest, metrics.width(names.back(), text_size));
  }
  const double top = draw_title(scene, chart.title);
  const double below = (cells ? 2 * cell_height : 24) + (chart.axis.title.empty() ? 0
                                                         : cells                  ? cell_height
                                                                                  : 16);
  const double left = side + widest + (cells ? 2 * cell_width : 12);
  const double bottom = std::max(top + (cells ? 2 * cell_height : 24), scene.height - below);
  const Box plot{left, top, std::max(1.0, scene.width - side - left), bottom - top};
  const Axis axis(scale, chart.axis.domain.value_or(Domain{back(low), back(high)}), plot.x + 8,
                  plot.right() - 8);
  draw_scale(scene, plot, axis, chart.axis);
  Group data{"data", plot, {}};
  Group marks{"marks", plot, {}};
  Group labels{"labels", std::nullopt, {}};
  const double pitch = plot.height / static_cast<double>(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double y = top + pitch * (static_cast<double>(i) + 0.5);
    labels.items.push_back(
        {Text{{side, y}, names[i], Anchor::start, text_size, Role::foreground}, chart.rows[i].name, ""});
    if (rows[i].empty()) continue;
    const double quarters[] = {back(at_share(rows[i], 0.25)), back(at_share(rows[i], 0.5)),
                               back(at_share(rows[i], 0.75))};
    const std::string title = chart.rows[i].name + ": median " + quantity(quarters[1], chart.axis.unit) +
                              ", middle half " + quantity(quarters[0], chart.axis.unit) + " to " +
                              quantity(quarters[2], chart.axis.unit) + ", " + std::to_string(rows[i].size()) +
                              " values" + (chart.rows[i].note.empty() ? "" : "; " + chart.rows[i].note);
    const std::vector<double> density = density_of(rows[i], low, high);
    const double half = pitch * 0.42;
    Polygon outline{{}, series_role(i), 0.35};
    Polyline upper{{}, series_role(i), 1.5, series_dash(i)}, lower = upper;
    for (std::size_t k = 0; k < bins; ++k) {
      const double x = axis.at(back(low + (high - low) * (static_cast<double>(k) + 0.5) / bins));
      upper.points.push_back({x, y - half * density[k]});
      lower.points.push_back({x, y + half * density[k]});
    }
    outline.points = upper.points;
    outline.points.insert(outline.points.end(), lower.points.rbegin(), lower.points.rend());
    if (!cells) data.items.push_back({std::move(outline), title, ""});
    data.items.push_back({std::move(upper), title, ""});
    data.items.push_back({std::move(lower), title, ""});
    const double thick = cells ? cell_height / 4 : 3;
    const double from = axis.at(quarters[0]);
    marks.items.push_back(
        {Rectangle{
             {from, y - thick, std::max(1.0, axis.at(quarters[2]) - from), 2 * thick}, series_role(i), 0.9},
         title, ""});
    marks.items.push_back(
        {Marker{{axis.at(quarters[1]), y}, series_shape(i), Role::foreground, 8}, title, ""});
  }
  for (Group* group : {&data, &marks, &labels}) scene.groups.push_back(std::move(*group));
  return scene;
}

}  // namespace assay::chart
