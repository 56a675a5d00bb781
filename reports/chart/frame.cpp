// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/frame.h"

#include <algorithm>
#include <cmath>

#include "reports/chart/ticks.h"

namespace assay::chart {
namespace {

constexpr double bold_wider = 1.16;  // than the regular face, on average

double edge(const Scene& scene) { return scene.cells ? 0 : 10; }

/// On cells: down to a whole one.
double whole(double value, double unit, bool cells) {
  return cells ? std::floor(value / unit) * unit : value;
}

double draw_legend(Scene& scene, const std::vector<Key>& keys, double top) {
  if (keys.size() < 2) return top;
  const Metrics metrics{scene.cells};
  const double swatch = scene.cells ? 12 : 26;
  const double gap = scene.cells ? 18 : 16;
  const double line = scene.cells ? cell_height : 17;
  const double left = edge(scene);
  const double room = scene.width - 2 * edge(scene);
  constexpr int most_rows = 4;
  Group& group = scene.group("legend");
  double x = left;
  double y = top + line / 2;
  int row = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::size_t more = keys.size() - i;
    const std::string rest = "and " + std::to_string(more) + " more";
    std::string name = elided(keys[i].name, room / 2 - swatch - gap, text_size, metrics);
    double width = swatch + metrics.width(name, text_size);
    // On the last row, room stays for "and N more".
    const double reserve = row + 1 == most_rows && more > 1 ? metrics.width(rest, text_size) + gap : 0;
    if (x > left && x + width + reserve > left + room) {
      if (++row == most_rows) {
        group.items.push_back({Text{{x, y}, rest, Anchor::start, text_size, Role::muted}, "", ""});
        break;
      }
      x = left;
      y += line;
    }
    const double middle = scene.cells ? x + cell_width / 2 : x + 10;
    if (keys[i].line && !scene.cells) {
      group.items.push_back({Polyline{{{x, y}, {x + 20, y}}, keys[i].role, 1.75, *keys[i].line}, "", ""});
    }
    if (keys[i].shape) {
      group.items.push_back({Marker{{middle, y}, *keys[i].shape, keys[i].role, 7}, "", ""});
    } else if (!keys[i].line || scene.cells) {
      const Box box = scene.cells ? Box{x, y - 6, 6, 12} : Box{x + 4, y - 5, 12, 10};
      group.items.push_back({Rectangle{box, keys[i].role}, "", ""});
    }
    group.items.push_back({Text{{x + swatch, y}, name, Anchor::start, text_size, Role::foreground},
                           name == cleaned(keys[i].name) ? "" : keys[i].name, ""});
    x += width + gap;
  }
  return y + line / 2 + (scene.cells ? 0 : 2);
}

double widest(const std::vector<Tick>& ticks, Metrics metrics) {
  double width = 0;
  for (const Tick& tick : ticks) width = std::max(width, metrics.width(tick.label, small_size));
  return width;
}

void draw_axes(Scene& scene, const Frame& frame, const std::vector<Tick>& xs, const std::vector<Tick>& ys) {
  const Box& plot = frame.plot;
  const bool cells = scene.cells;
  Group& grid = scene.group("grid");
  for (const Tick& tick : xs) {
    const double x = frame.x.at(tick.value);
    grid.items.push_back(
        {Polyline{{{x, plot.y}, {x, plot.bottom()}}, Role::grid, tick.label.empty() ? 0.5 : 1}, "", ""});
  }
  for (const Tick& tick : ys) {
    const double y = frame.y.at(tick.value);
    grid.items.push_back(
        {Polyline{{{plot.x, y}, {plot.right(), y}}, Role::grid, tick.label.empty() ? 0.5 : 1}, "", ""});
  }
  Group& axes = scene.group("axes");
  // In a terminal the axes have a column and a row of their own beside the plot.
  const double left = plot.x - (cells ? cell_width / 2 : 0);
  const double bottom = plot.bottom() + (cells ? cell_height / 2 : 0);
  axes.items.push_back({Polyline{{{left, bottom}, {plot.right(), bottom}}, Role::muted, 1}, "", ""});
  axes.items.push_back({Polyline{{{left, plot.y}, {left, bottom}}, Role::muted, 1}, "", ""});
  const double out = cells ? 3 : 4;
  for (const Tick& tick : xs) {
    const double x = frame.x.at(tick.value);
    if (tick.label.empty() && cells) continue;
    const double length = tick.label.empty() ? out / 2 : cells ? cell_height / 2 : out;
    axes.items.push_back({Polyline{{{x, bottom}, {x, bottom + length}}, Role::muted, 1}, "", ""});
    if (tick.label.empty()) continue;
    const double y = bottom + (cells ? cell_height : 6 + small_size / 2 + 1);
    axes.items.push_back({Text{{x, y}, tick.label, Anchor::middle, small_size, Role::muted}, "", ""});
  }
  for (const Tick& tick : ys) {
    const double y = frame.y.at(tick.value);
    if (tick.label.empty() && cells) continue;
    axes.items.push_back(
        {Polyline{{{left - (tick.label.empty() ? out / 2 : out), y}, {left, y}}, Role::muted, 1}, "", ""});
    if (tick.label.empty()) continue;
    axes.items.push_back(
        {Text{{left - (cells ? 3 : 7), y}, tick.label, Anchor::end, small_size, Role::muted}, "", ""});
  }
}

void add_text(Group& group, double x, double y, const std::string& text, Anchor anchor, double room,
              Metrics metrics) {
  const std::string label = elided(text, room, small_size, metrics);
  group.items.push_back(
      {Text{{x, y}, label, anchor, small_size, Role::muted}, label == cleaned(text) ? "" : text, ""});
}

}  // namespace

Scene blank(const Canvas& canvas, const std::string& title, const std::string& description) {
  Scene scene;
  scene.cells = canvas.cells;
  scene.width = std::clamp(std::isfinite(canvas.width) ? canvas.width : 0, 240.0, 10000.0);
  scene.height = std::clamp(std::isfinite(canvas.height) ? canvas.height : 0, 96.0, 10000.0);
  scene.title = cleaned(title);
  scene.description = cleaned(description);
  return scene;
}

double draw_title(Scene& scene, const std::string& title) {
  if (title.empty()) return scene.cells ? 0 : edge(scene) - 2;
  const Metrics metrics{scene.cells};
  const std::string label = elided(title, scene.width - 2 * edge(scene), title_size * bold_wider, metrics);
  const double y = scene.cells ? cell_height / 2 : 18;
  scene.group("title").items.push_back(
      {Text{{edge(scene), y}, label, Anchor::start, title_size, Role::foreground, 0, true},
       label == cleaned(title) ? "" : title, ""});
  return scene.cells ? cell_height : 32;
}

void draw_empty(Scene& scene, const std::string& title, const std::string& why) {
  draw_title(scene, title);
  const Metrics metrics{scene.cells};
  const double y =
      scene.cells ? (std::floor(scene.height / cell_height / 2) + 0.5) * cell_height : scene.height / 2 + 10;
  scene.group("empty").items.push_back({Text{{scene.width / 2, y},
                                             elided(why, scene.width - 2 * edge(scene), text_size, metrics),
                                             Anchor::middle,
                                             text_size,
                                             Role::muted},
                                        "", ""});
}

Frame draw_frame(Scene& scene, const FrameSpec& spec) {
  const bool cells = scene.cells;
  const Metrics metrics{cells};
  const double side = edge(scene);
  const double line = cells ? cell_height : 16;
  double top = draw_legend(scene, spec.keys, draw_title(scene, spec.title));
  Group& titles = scene.group("axis titles");
  Box above;
  if (!spec.y.title.empty() || spec.row_above) {
    const double room = (scene.width - 2 * side) * (spec.row_above ? 0.4 : 1);
    add_text(titles, side, top + line / 2, spec.y.title, Anchor::start, room, metrics);
    const std::string title = elided(spec.y.title, room, small_size, metrics);
    const double taken = title.empty() ? 0 : metrics.width(title, small_size) + (cells ? cell_width : 10);
    above = {side + taken, top, scene.width - 2 * side - taken, line};
    top += line;
  }
  top += cells ? 0 : 6;
  double bottom = scene.height - (cells ? 0 : 8);
  if (!spec.note.empty()) {
    bottom -= line;
    add_text(titles, side, bottom + line / 2, spec.note, Anchor::start, scene.width - 2 * side, metrics);
  }
  if (!spec.x.title.empty()) {
    bottom -= line;
    add_text(titles, scene.width - side, bottom + line / 2, spec.x.title, Anchor::end, scene.width - 2 * side,
             metrics);
  }
  bottom = whole(bottom - (cells ? 2 * cell_height : 20), cell_height, cells);
  bottom = std::max(bottom, top + (cells ? 2 * cell_height : 24));

  Frame frame;
  frame.metrics = metrics;
  frame.above = above;
  const double inset = cells ? 1.5 : 0;  // half a braille dot
  frame.y = Axis(spec.y.scale, spec.y.domain.value_or(spec.y_domain), bottom - inset, top + inset);
  const std::vector<Tick> ys = fitting_ticks(frame.y, spec.y.unit, true, small_size, metrics);
  const double labels = std::min(widest(ys, metrics), scene.width / 3);
  double left = side + labels + (cells ? 2 * cell_width : 8);
  double right = whole(scene.width - side, cell_width, cells);
  std::vector<Tick> xs;
  for (int pass = 0; pass < 2; ++pass) {  // the second with room for what hangs out
    frame.x = Axis(spec.x.scale, spec.x.domain.value_or(spec.x_domain), left + inset, right - inset);
    xs = fitting_ticks(frame.x, spec.x.unit, false, small_size, metrics);
    if (spec.x.whole) {
      std::erase_if(xs,
                    [](const Tick& tick) { return std::fabs(tick.value - std::round(tick.value)) > 1e-9; });
      for (Tick& tick : xs) tick.label = tick.label.empty() ? "" : quantity(tick.value, {}, 9);
    }
    double over = 0;
    double under = 0;
    for (const Tick& tick : xs) {
      const double half = metrics.width(tick.label, small_size) / 2;
      over = std::max(over, frame.x.at(tick.value) + half - (scene.width - side / 4));
      under = std::max(under, side / 4 - (frame.x.at(tick.value) - half));
    }
    if (pass == 0) {
      right = whole(right - over, cell_width, cells);
      left = cells ? std::ceil((left + under) / cell_width) * cell_width : left + under;
    }
  }
  frame.plot = {left, top, right - left, bottom - top};
  scene.x = frame.x;
  scene.y = frame.y;
  scene.x_unit = spec.x.unit;
  scene.y_unit = spec.y.unit;
  draw_axes(scene, frame, xs, ys);
  return frame;
}

void draw_scale(Scene& scene, const Box& plot, const Axis& axis, const AxisSpec& spec) {
  const Metrics metrics{scene.cells};
  const bool cells = scene.cells;
  const double side = edge(scene);
  scene.x = axis;
  scene.x_unit = spec.unit;
  Group& grid = scene.group("grid");
  Group axes{"axes", std::nullopt, {}};
  const double line = plot.bottom() + (cells ? cell_height / 2 : 0);
  axes.items.push_back({Polyline{{{plot.x, line}, {plot.right(), line}}, Role::muted, 1}, "", ""});
  for (const Tick& tick : fitting_ticks(axis, spec.unit, false, small_size, metrics)) {
    const double x = axis.at(tick.value);
    const bool major = !tick.label.empty();
    grid.items.push_back({Polyline{{{x, plot.y}, {x, plot.bottom()}}, Role::grid, major ? 1 : 0.5}, "", ""});
    if (!major) continue;
    axes.items.push_back(
        {Polyline{{{x, line}, {x, line + (cells ? cell_height / 2 : 4)}}, Role::muted, 1}, "", ""});
    const double y = line + (cells ? cell_height : 12);
    const double reach = metrics.width(tick.label, small_size) / 2;  // labels stay on the sheet
    const double at = std::min(x, scene.width - (cells ? 0 : 4) - reach);
    axes.items.push_back({Text{{at, y}, tick.label, Anchor::middle, small_size, Role::muted}, "", ""});
  }
  if (!spec.title.empty()) {
    // Under the plot's middle, or, too long for that, as near as the sheet allows.
    const std::string title = elided(spec.title, scene.width - 2 * side, small_size, metrics);
    const double half = metrics.width(title, small_size) / 2;
    const double middle = std::min(std::max(plot.x + plot.width / 2, side + half), scene.width - side - half);
    const double y = line + (cells ? 2 * cell_height : 27);
    axes.items.push_back({Text{{middle, y}, title, Anchor::middle, small_size, Role::muted}, "", ""});
  }
  scene.groups.push_back(std::move(axes));
}

std::string left_out(std::size_t count, std::size_t of, Scale scale) {
  if (count == 0) return "";
  return std::to_string(count) + " of " + std::to_string(of) + " points not shown: " +
         (scale == Scale::log ? "not a number, or not positive on a logarithmic axis" : "not a number");
}

std::string point_title(const std::string& name, const std::string& x, const std::string& y) {
  return (name.empty() ? "" : name + ": ") + x + ", " + y;
}

}  // namespace assay::chart
