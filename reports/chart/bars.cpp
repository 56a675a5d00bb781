// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/bars.h"

#include <algorithm>

#include "reports/chart/ticks.h"

namespace assay::chart {
namespace {

bool has_interval(const BarRow& row, Scale scale) {
  return showable(row.low, scale) && showable(row.high, scale);
}

std::string figure(const BarChart& chart, const BarRow& row, bool with_interval = true) {
  if (!showable(row.value, chart.axis.scale)) return row.note.empty() ? "no value" : row.note;
  // A ratio near one says nothing in three digits.
  const int digits = chart.axis.unit.kind == Unit::Kind::ratio && std::abs(row.value) >= 1 ? 4 : 3;
  const std::string text = with_interval && has_interval(row, chart.axis.scale)
                               ? quantity_with_interval(row.value, row.low, row.high, chart.axis.unit)
                               : quantity(row.value, chart.axis.unit, digits);
  return row.note.empty() ? text : text + " " + row.note;
}

Domain domain_of(const BarChart& chart) {
  Domain domain;
  for (const BarRow& row : chart.rows) {
    domain.add(row.value, chart.axis.scale);
    if (!showable(row.value, chart.axis.scale)) continue;
    domain.add(row.low, chart.axis.scale);
    domain.add(row.high, chart.axis.scale);
  }
  if (domain.empty()) return domain;
  if (chart.reference) domain.add(*chart.reference, chart.axis.scale);
  const bool from_zero = chart.bars && !chart.reference && chart.axis.scale == Scale::linear;
  if (from_zero) domain.add(0, Scale::linear);
  const Domain wider = padded(domain, chart.axis.scale, 0.05);
  return {from_zero && domain.low == 0 ? 0 : wider.low, from_zero && domain.high == 0 ? 0 : wider.high};
}

/// The columns of the picture, in points.
struct Layout {
  double name = 0;  // where names begin
  double left = 0;  // of the plot
  double right = 0;
  double figure = 0;  // where the figures begin
  double top = 0;
  double pitch = 0;
};

Layout layout_of(const BarChart& chart, Scene& scene, std::vector<std::string>& names,
                 std::vector<std::string>& figures) {
  const Metrics metrics{scene.cells};
  const double side = scene.cells ? 0 : 10;
  const double gap = scene.cells ? 2 * cell_width : 12;
  double names_width = 0;
  double figures_width = 0;
  for (const BarRow& row : chart.rows) {
    names.push_back(elided(row.name, scene.width * 0.36, text_size, metrics));
    const double room = scene.width * 0.3;
    const std::string whole = figure(chart, row);  // half an interval would read as another figure
    const bool fits = metrics.width(whole, small_size) <= room;
    figures.push_back(elided(fits ? whole : figure(chart, row, false), room, small_size, metrics));
    names_width = std::max(names_width, metrics.width(names.back(), text_size));
    figures_width = std::max(figures_width, metrics.width(figures.back(), small_size));
  }
  Layout layout;
  layout.name = side;
  layout.left = side + names_width + gap;
  layout.figure = scene.width - side - figures_width;
  layout.right = layout.figure - gap;
  layout.top = draw_title(scene, chart.title);
  layout.pitch = scene.cells ? cell_height : 20;
  return layout;
}

void draw_row(Group& data, const BarChart& chart, const BarRow& row, const Axis& axis, double y, bool cells,
              const std::string& title) {
  const Scale scale = chart.axis.scale;
  if (!showable(row.value, scale)) return;
  const double at = axis.at(row.value);
  const bool bars = chart.bars && (scale == Scale::linear || chart.reference);
  if (bars) {
    const double base = axis.at(chart.reference.value_or(0));
    const double half = cells ? cell_height / 2 : 5;
    data.items.push_back(
        {Rectangle{{std::min(at, base), y - half, std::fabs(at - base), 2 * half}, row.role}, title, row.id});
  }
  if (has_interval(row, scale)) {
    const Role ink = bars ? Role::foreground : row.role;
    // In a terminal whiskers end in the middle of cells, for their caps to join.
    const auto end_at = [&](double x) { return cells ? (std::floor(x / cell_width) + 0.5) * cell_width : x; };
    const double low = end_at(axis.at(row.low));
    const double high = end_at(axis.at(row.high));
    const double cap = cells ? 6 : 3.5;
    data.items.push_back({Polyline{{{low, y}, {high, y}}, ink, 1.5}, title, ""});
    if (!cells || high - low >= 2 * cell_width) {
      for (const double end : {low, high})
        data.items.push_back({Polyline{{{end, y - cap}, {end, y + cap}}, ink, 1.5}, "", ""});
    }
  }
  if (!bars) data.items.push_back({Marker{{at, y}, row.shape, row.role, 8}, title, row.id});
}

std::string described(const BarChart& chart) {
  std::string text = std::to_string(chart.rows.size()) + (chart.rows.size() == 1 ? " row" : " rows");
  for (std::size_t i = 0; i < chart.rows.size() && i < 20; ++i) {
    text += (i == 0 ? ": " : "; ") + elided(chart.rows[i].name, 300, text_size, {}) + " " +
            figure(chart, chart.rows[i]);
  }
  return text + (chart.rows.size() > 20 ? "; ..." : ".");
}

}  // namespace

Scene draw(const BarChart& given, const Canvas& canvas) {
  BarChart chart = given;
  if (chart.reference && !showable(*chart.reference, chart.axis.scale)) chart.reference.reset();
  Scene scene = blank(canvas, chart.title, chart.description.empty() ? described(chart) : chart.description);
  const bool cells = scene.cells;
  const Domain domain = domain_of(chart);
  if (chart.rows.empty()) {
    scene.height = cells ? 3 * cell_height : 96;
    draw_empty(scene, chart.title, chart.empty);
    return scene;
  }
  const Metrics metrics{cells};
  std::vector<std::string> names;
  std::vector<std::string> figures;
  Layout layout = layout_of(chart, scene, names, figures);
  if (cells) layout.right = std::floor(layout.right / cell_width) * cell_width;
  const double inset = cells ? cell_width / 2 : 8;
  const bool from_edge = chart.bars && !chart.reference && !chart.axis.domain && domain.low == 0;
  const Axis axis(chart.axis.scale, chart.axis.domain.value_or(domain), layout.left + (from_edge ? 0 : inset),
                  layout.right - inset);
  if (chart.reference && !chart.reference_name.empty()) layout.top += cells ? cell_height : 14;
  const double bottom = layout.top + layout.pitch * static_cast<double>(chart.rows.size());
  scene.height = bottom + (cells ? 2 * cell_height : 24) +
                 (chart.axis.title.empty() ? 0
                  : cells                  ? cell_height
                                           : 16);
  draw_scale(scene, {layout.left, layout.top, layout.right - layout.left, bottom - layout.top}, axis,
             chart.axis);

  const Frame frame{
      {layout.left, layout.top, layout.right - layout.left, bottom - layout.top}, axis, {}, metrics, {}};
  std::vector<Band> bands = chart.bands;
  for (Band& band : bands) band.vertical = true;
  draw_bands(scene, bands, frame);
  if (chart.reference) {
    const double x = axis.at(*chart.reference);
    Group& group = scene.group("reference");
    group.items.push_back(
        {Polyline{{{x, layout.top}, {x, bottom}}, Role::muted, 1.25}, chart.reference_name, ""});
    if (!chart.reference_name.empty()) {
      const std::string label = elided(chart.reference_name, layout.right - layout.left, small_size, metrics);
      const double half = metrics.width(label, small_size) / 2;
      const double middle =
          std::clamp(x, layout.left + half, std::max(layout.left + half, layout.right - half));
      const double y = layout.top - (cells ? cell_height / 2 : 7);
      group.items.push_back({Text{{middle, y}, label, Anchor::middle, small_size, Role::muted}, "", ""});
    }
  }
  Group labels{"labels", std::nullopt, {}};
  Group data{"data", frame.plot, {}};
  for (std::size_t i = 0; i < chart.rows.size(); ++i) {
    const BarRow& row = chart.rows[i];
    const double y = layout.top + layout.pitch * (static_cast<double>(i) + 0.5);
    const bool measured = showable(row.value, axis.scale());
    const std::string title = row.name + ": " + figure(chart, row);
    labels.items.push_back({Text{{layout.name, y}, names[i], Anchor::start, text_size, Role::foreground},
                            names[i] == row.name ? "" : row.name, row.id});
    labels.items.push_back({Text{{layout.figure, y},
                                 figures[i],
                                 Anchor::start,
                                 small_size,
                                 measured ? Role::foreground : Role::muted},
                            figures[i] == figure(chart, row) ? "" : title, ""});
    draw_row(data, chart, row, axis, y, cells, title);
  }
  scene.groups.push_back(std::move(data));
  scene.groups.push_back(std::move(labels));
  return scene;
}

}  // namespace assay::chart
