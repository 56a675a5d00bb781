// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/flame.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "reports/chart/frame.h"
#include "reports/chart/label.h"

namespace assay::chart {
namespace {

constexpr double narrowest = 1.0 / 3;

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

double size_of(const FlameFrame& frame) {
  return std::isfinite(frame.value) ? std::max(0.0, frame.value) : 0;
}

/// The first frame behind `at` that does not lie in it.
std::size_t end_of(const std::vector<FlameFrame>& frames, std::size_t at) {
  std::size_t end = at + 1;
  while (end < frames.size() && frames[end].depth > frames[at].depth) ++end;
  return end;
}

/// Where a frame begins, in the unit of values: behind its elder siblings.
std::vector<double> begins_of(const std::vector<FlameFrame>& frames) {
  std::vector<double> begins, next;  // by depth: where the next one begins
  for (const FlameFrame& frame : frames) {
    next.resize(std::min(frame.depth, next.size()) + 1, begins.empty() ? 0 : begins.back());
    double& here = next.back();
    begins.push_back(here);
    here += size_of(frame);
  }
  return begins;
}

std::string change_of(const FlameFrame& frame) {
  if (!frame.before) return "new";
  if (*frame.before <= 0) return size_of(frame) > 0 ? "new" : "";
  const double change = size_of(frame) / *frame.before - 1;
  if (std::abs(change) < 0.005) return "same";
  return (change > 0 ? "+" : "") + quantity(change, {Unit::Kind::percent, ""}, 2);
}

/// 0: as before; 1: twice as much or half of it; negative where it is less.
double depth_of_change(const FlameFrame& frame) {
  if (!frame.before || *frame.before <= 0) return size_of(frame) > 0 ? 1 : 0;
  if (size_of(frame) <= 0) return -1;
  return std::clamp(std::log2(size_of(frame) / *frame.before), -1.0, 1.0);
}

/// On a stronger ground of good or bad the letters have less than 4.5:1 in one of the themes.
constexpr double strongest = 0.52;

struct Look {
  Role role = Role::muted;
  double opacity = 0.5;
};

Look look_of(const FlameChart& chart, const FlameFrame& frame, const std::string& wanted) {
  constexpr double hidden = 0.15;
  if (!wanted.empty() && lower(frame.name).find(wanted) == std::string::npos) return {Role::muted, hidden};
  if (chart.difference) {
    const double change = depth_of_change(frame);
    if (std::abs(change) < 0.008) return {Role::muted, 0.3};
    return {change > 0 ? Role::bad : Role::good, 0.12 + (strongest - 0.12) * std::abs(change)};
  }
  if (!wanted.empty()) return {Role::accent, 0.55};
  return {series_role(frame.kind), 0.45};
}

std::string described(const FlameChart& chart, double all) {
  if (chart.frames.empty()) return chart.empty;
  return std::to_string(chart.frames.size()) + " frames, " + quantity(all, chart.unit) + " in all.";
}

/// What colours say, on one line.
double draw_key(Scene& scene, const FlameChart& chart, double top) {
  if (scene.cells || !chart.difference) return top;
  Group& legend = scene.group("legend");
  double x = 10;
  const double y = top + 8;
  const Metrics metrics{};
  const std::tuple<Role, double, const char*> keys[] = {{Role::bad, strongest, "twice as much, or new"},
                                                        {Role::muted, 0.3, "as before"},
                                                        {Role::good, strongest, "half of it"}};
  for (const auto& [role, opacity, name] : keys) {
    if (x + 16 + metrics.width(name, small_size) > scene.width - 10) break;
    legend.items.push_back({Rectangle{{x, y - 5, 12, 10}, role, opacity}, name, ""});
    legend.items.push_back({Text{{x + 16, y}, name, Anchor::start, small_size, Role::foreground}, "", ""});
    x += 30 + metrics.width(name, small_size);
  }
  return top + 20;
}

}  // namespace

double found_share(const FlameChart& chart) {
  const std::string wanted = lower(chart.search);
  double all = 0, found = 0;
  for (const FlameFrame& frame : chart.frames) all += frame.depth == 0 ? size_of(frame) : 0;
  for (std::size_t i = 0; i < chart.frames.size() && !wanted.empty();) {
    const bool is_one = lower(chart.frames[i].name).find(wanted) != std::string::npos;
    if (is_one) found += size_of(chart.frames[i]);
    i = is_one ? end_of(chart.frames, i) : i + 1;
  }
  return all > 0 ? std::min(1.0, found / all) : 0;
}

Scene draw(const FlameChart& chart, const Canvas& canvas) {
  const auto& frames = chart.frames;
  const std::vector<double> begins = begins_of(frames);
  double all = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) all = std::max(all, begins[i] + size_of(frames[i]));
  Scene scene =
      blank(canvas, chart.title, chart.description.empty() ? described(chart, all) : chart.description);
  const bool cells = scene.cells;
  if (!(all > 0)) {
    scene.height = cells ? 3 * cell_height : 96;
    draw_empty(scene, chart.title, chart.empty);
    return scene;
  }
  const Metrics metrics{cells};
  const double side = cells ? 0 : 10;
  const double pitch = cells ? cell_height : 20;
  const double top = draw_key(scene, chart, draw_title(scene, chart.title));
  const std::size_t root = chart.root && *chart.root < frames.size() ? *chart.root : frames.size();
  const bool whole = root == frames.size() || size_of(frames[root]) <= 0;
  const double low = whole ? 0 : begins[root];
  const double high = whole ? all : begins[root] + size_of(frames[root]);
  const double width = scene.width - 2 * side;
  const auto at = [&](double value) {
    return side + std::clamp((value - low) / (high - low), 0.0, 1.0) * width;
  };
  const std::string wanted = lower(chart.search);
  Group data{"data", Box{side, top, width, 0}, {}};
  std::size_t deepest = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const FlameFrame& frame = frames[i];
    const double from = at(begins[i]);
    const double wide = at(begins[i] + size_of(frame)) - from;
    if (wide < narrowest) continue;
    deepest = std::max(deepest, frame.depth);
    const double y = top + pitch * (static_cast<double>(frame.depth) + 0.5);
    const Look look = look_of(chart, frame, wanted);
    std::string title = frame.name + ": " + quantity(size_of(frame), chart.unit) + ", " +
                        quantity(size_of(frame) / all, {Unit::Kind::percent, ""}) + " of all";
    const std::string change = chart.difference ? change_of(frame) : "";
    if (chart.difference && frame.before)
      title += "; before " + quantity(*frame.before, chart.unit) + " (" + change + ")";
    if (chart.difference && !frame.before) title += "; not there before";
    if (!frame.note.empty()) title += "; " + frame.note;
    const double gap = !cells && wide > 3 ? 1 : 0;  // tells neighbours apart
    const double half = cells ? cell_height / 2 : pitch / 2 - 0.5;
    data.items.push_back({Rectangle{{from, y - half, wide - gap, 2 * half}, look.role, look.opacity}, title,
                          std::to_string(i)});
    // In a terminal from the next whole cell on.
    const double begin = cells ? std::ceil(from / cell_width) * cell_width : from + 4;
    const double room = from + wide - begin - (cells ? 0 : 4);
    const bool told = !change.empty() && change != "same";
    const std::string label = elided(frame.name + (told ? "  " + change : ""), room, small_size, metrics);
    if (label.size() < 4 && label.size() < frame.name.size()) continue;
    data.items.push_back({Text{{begin, y},
                               label,
                               Anchor::start,
                               small_size,
                               Role::foreground,
                               0,
                               wanted.size() > 0 && look.opacity > 0.5,
                               false},
                          title, ""});
  }
  data.clip->height = pitch * static_cast<double>(deepest + 1);
  scene.height = top + data.clip->height + (cells ? 0 : 8);
  scene.groups.push_back(std::move(data));
  return scene;
}

}  // namespace assay::chart
