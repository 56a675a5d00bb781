// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/timeline.h"

#include <algorithm>
#include <cmath>

#include "reports/chart/frame.h"
#include "reports/chart/ticks.h"

namespace assay::chart {
namespace {

constexpr std::size_t most_spans = 5000;
const Unit seconds{Unit::Kind::seconds, ""};

bool has_place(const TimeSpan& span) {
  return std::isfinite(span.begin) && std::isfinite(span.end) && span.end > span.begin;
}

std::vector<std::string> names_of(const TimelineChart& chart) {
  std::vector<std::string> names;
  for (const auto& row : chart.rows) {
    for (const auto& span : row.spans) {
      if (has_place(span) && std::find(names.begin(), names.end(), span.name) == names.end())
        names.push_back(span.name);
      if (names.size() == series_count) return names;
    }
  }
  return names;
}

/// Of those without one of the eight colours: muted.
Role role_of(const std::vector<std::string>& names, const std::string& name) {
  const auto at = std::find(names.begin(), names.end(), name);
  return at == names.end() ? Role::muted : series_role(static_cast<std::size_t>(at - names.begin()));
}

std::string described(const TimelineChart& chart, const Domain& domain) {
  return std::to_string(chart.rows.size()) + (chart.rows.size() == 1 ? " row" : " rows") + " over " +
         quantity(domain.high - domain.low, seconds) + ".";
}

double draw_legend(Scene& scene, const std::vector<std::string>& names, double top) {
  const Metrics metrics{scene.cells};
  if (scene.cells) return top;  // colours are all alike there
  Group& legend = scene.group("legend");
  double x = 10;
  const double y = top + 8;
  for (const auto& name : names) {
    const std::string shown = elided(name, 160, small_size, metrics);
    const double width = 16 + metrics.width(shown, small_size) + 14;
    if (x + width > scene.width - 10) break;
    legend.items.push_back({Rectangle{{x, y - 5, 12, 10}, role_of(names, name)}, name, ""});
    legend.items.push_back({Text{{x + 16, y}, shown, Anchor::start, small_size, Role::foreground}, "", ""});
    x += width;
  }
  return top + 20;
}

void draw_axis(Scene& scene, const Axis& axis, double top, double bottom) {
  const Metrics metrics{scene.cells};
  const bool cells = scene.cells;
  Group& grid = scene.group("grid");
  Group axes{"axes", std::nullopt, {}};
  const double line = bottom + (cells ? cell_height / 2 : 0);
  axes.items.push_back({Polyline{{{axis.from(), line}, {axis.to(), line}}, Role::muted, 1}, "", ""});
  for (const Tick& tick : fitting_ticks(axis, seconds, false, small_size, metrics)) {
    if (tick.label.empty()) continue;
    // Labels stay on the sheet.
    const double half = metrics.width(tick.label, small_size) / 2;
    const double x = std::min(axis.at(tick.value), scene.width - (cells ? 0 : 4) - half);
    grid.items.push_back(
        {Polyline{{{axis.at(tick.value), top}, {axis.at(tick.value), bottom}}, Role::grid, 1}, "", ""});
    axes.items.push_back(
        {Text{{x, line + (cells ? cell_height : 12)}, tick.label, Anchor::middle, small_size, Role::muted},
         "", ""});
  }
  scene.groups.push_back(std::move(axes));
}

/// The widest part of a span that is shown and that none of those behind it in its row lies on.
Domain uncovered(const std::vector<TimeSpan>& spans, std::size_t k, const Axis& axis) {
  const double end = std::min(spans[k].end, axis.high());
  double at = std::max(spans[k].begin, axis.low());
  Domain widest{at, at};
  const auto offer = [&](double to) {
    if (to - at > widest.high - widest.low) widest = {at, to};
  };
  for (std::size_t i = k + 1; i < std::min(spans.size(), most_spans); ++i) {
    if (!has_place(spans[i]) || spans[i].end <= at) continue;
    if (spans[i].begin >= end) break;
    offer(spans[i].begin);
    at = std::max(at, spans[i].end);
  }
  offer(end);
  return widest;
}

/// The name where it fits; in a terminal else its first letter, so that neighbours are told apart.
std::string label_of(const TimeSpan& span, double width, const Metrics& metrics) {
  const std::string name = cleaned(span.name);
  if (metrics.width(name, small_size) + (metrics.cells ? cell_width : 6) <= width) return name;
  if (!metrics.cells || width < cell_width || name.empty() || static_cast<unsigned char>(name[0]) > 0x7E)
    return "";
  return name.substr(0, 1);
}

}  // namespace

void keep_ends(TimelineChart& chart, std::size_t most) {
  if (chart.rows.size() <= most) return;
  const auto left_out = static_cast<std::ptrdiff_t>(chart.rows.size() - most);
  const auto first = chart.rows.begin() + static_cast<std::ptrdiff_t>(most / 2);
  chart.rows.erase(first, first + left_out);
  chart.title +=
      (chart.title.empty() ? "" : ": ") + std::to_string(left_out) + " rows in the middle are left out";
}

Scene draw(const TimelineChart& chart, const Canvas& canvas) {
  Domain domain;
  for (const auto& row : chart.rows) {
    for (const auto& span : row.spans) {
      if (!has_place(span)) continue;
      domain.add(span.begin, Scale::linear);
      domain.add(span.end, Scale::linear);
    }
  }
  Scene scene =
      blank(canvas, chart.title, chart.description.empty() ? described(chart, domain) : chart.description);
  const bool cells = scene.cells;
  if (domain.empty()) {
    scene.height = cells ? 3 * cell_height : 96;
    draw_empty(scene, chart.title, chart.empty);
    return scene;
  }
  const Metrics metrics{cells};
  const double side = cells ? 0 : 10;
  const double gap = cells ? 2 * cell_width : 12;
  double widest = 0;
  std::vector<std::string> labels;
  for (const auto& row : chart.rows) {
    labels.push_back(elided(row.name, scene.width * 0.3, text_size, metrics));
    widest = std::max(widest, metrics.width(labels.back(), text_size));
  }
  const auto names = names_of(chart);
  const double top = draw_legend(scene, names, draw_title(scene, chart.title));
  const double pitch = cells ? cell_height : 20;
  const double bottom = top + pitch * static_cast<double>(chart.rows.size());
  scene.height = bottom + (cells ? 2 * cell_height : 24);
  const Axis axis(Scale::linear, chart.domain.value_or(domain), side + widest + gap,
                  scene.width - side - (cells ? cell_width : 8));
  scene.x = axis;
  scene.x_unit = {Unit::Kind::seconds, ""};
  draw_axis(scene, axis, top, bottom);
  Group data{"data", Box{axis.from(), top, axis.length(), bottom - top}, {}};
  Group text{"labels", std::nullopt, {}};
  for (std::size_t i = 0; i < chart.rows.size(); ++i) {
    const TimelineRow& row = chart.rows[i];
    const double y = top + pitch * (static_cast<double>(i) + 0.5);
    const double half = cells ? cell_height / 2 : 7;
    text.items.push_back(
        {Text{{side, y}, labels[i], Anchor::start, text_size, Role::foreground}, row.name, ""});
    double taken = axis.from();  // in a terminal by labels of this row: rounding must not put one on another
    for (std::size_t k = 0; k < std::min(row.spans.size(), most_spans); ++k) {
      const TimeSpan& span = row.spans[k];
      if (!has_place(span)) continue;
      if (span.end < axis.low() || span.begin > axis.high()) continue;
      const double from = std::max(axis.at(span.begin), axis.from());
      const double width = std::min(axis.at(span.end), axis.to()) - from;
      const std::string title = row.name + ", " + span.name + ": " + quantity(span.end - span.begin, seconds);
      data.items.push_back(
          {Rectangle{{from, y - half, width, 2 * half}, role_of(names, span.name)}, title, ""});
      // In a terminal from the next whole cell on; on a sheet where nothing that is drawn later covers it.
      const Domain seen = cells ? Domain{span.begin, span.end} : uncovered(row.spans, k, axis);
      const double at = cells ? std::ceil(std::max(from, taken) / cell_width) * cell_width
                              : std::max(axis.at(seen.low) + 3, taken);
      const std::string label = label_of(span, (cells ? from + width : axis.at(seen.high)) - at, metrics);
      if (label.empty()) continue;
      data.items.push_back(
          {Text{{at, y}, label, Anchor::start, small_size, Role::foreground, 0, false, true}, title, ""});
      if (cells) taken = at + metrics.width(label, small_size);
    }
  }
  scene.groups.push_back(std::move(data));
  scene.groups.push_back(std::move(text));
  return scene;
}

}  // namespace assay::chart
