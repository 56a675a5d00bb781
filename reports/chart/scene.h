// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "reports/chart/axis.h"
#include "reports/chart/number.h"

namespace assay::chart {

/// What a thing means; what colour that is, in which theme, is the writer's matter (palette.h).
enum class Role : unsigned char {
  foreground,  ///< text that is read, the reference line
  muted,       ///< axes, tick labels, notes
  grid,        ///< lines that only guide the eye; a terminal leaves them out
  background,
  band,  ///< an area that means "within noise"
  accent,
  good,
  bad,
  series1,
  series2,
  series3,
  series4,
  series5,
  series6,
  series7,
  series8,
};
inline constexpr std::size_t role_count = 16;
inline constexpr std::size_t series_count = 8;

enum class Shape : unsigned char { circle, square, triangle, diamond, cross, plus, triangle_down, ring };
enum class Dash : unsigned char { solid, dashed, dotted };
enum class Anchor : unsigned char { start, middle, end };

/// The look of the i-th series: never colour alone. Roles and shapes repeat after 8, dashes after 3 (24
/// differ).
constexpr Role series_role(std::size_t index) {
  return static_cast<Role>(static_cast<std::size_t>(Role::series1) + index % series_count);
}
constexpr Shape series_shape(std::size_t index) { return static_cast<Shape>(index % series_count); }
constexpr Dash series_dash(std::size_t index) { return static_cast<Dash>(index % 3); }

/// Points (1/72 inch, CSS px to a browser): origin at the top left, y grows downwards.
struct Point {
  double x = 0;
  double y = 0;
  bool operator==(const Point&) const = default;
};
struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
  double right() const { return x + width; }
  double bottom() const { return y + height; }
};

struct Rectangle {
  Box box;
  Role fill = Role::muted;
  double opacity = 1;
};
struct Polyline {
  std::vector<Point> points;
  Role stroke = Role::foreground;
  double width = 1;
  Dash dash = Dash::solid;
};
struct Polygon {
  std::vector<Point> points;
  Role fill = Role::band;
  double opacity = 1;
};
struct Marker {
  Point at;
  Shape shape = Shape::circle;
  Role fill = Role::foreground;
  double size = 7;
};
struct Text {
  Point at;  ///< where the anchor lies, on the line's vertical middle
  std::string text;
  Anchor anchor = Anchor::start;
  double size = 11;
  Role fill = Role::foreground;
  double angle = 0;  ///< degrees clockwise about `at`; a terminal writes it level
  bool bold = false;
  bool halo = false;  ///< a rim in the background's colour, for text that may lie on lines
};

struct Item {
  std::variant<Rectangle, Polyline, Polygon, Marker, Text> form;
  std::string title;  ///< tooltip and accessible text, untrusted
  std::string id;     ///< what a click means (a case, a run); untrusted, unique in the scene or empty
};

/// Drawn in order, items in order; nothing of a group shows outside `clip`.
struct Group {
  std::string name;  ///< title, grid, axes, legend, data, labels, ...
  std::optional<Box> clip;
  std::vector<Item> items;
};

/// A picture as data: what SVG, a terminal and the window paint alike.
struct Scene {
  double width = 0;
  double height = 0;
  bool cells = false;  ///< laid out for a terminal, see Canvas
  std::string title;
  std::string description;  ///< the picture in a sentence or two, for who cannot see it
  std::vector<Group> groups;
  /// Where values lie on the sheet, of a chart with axes of values: for who selects a part, or reads a place.
  std::optional<Axis> x = {};
  std::optional<Axis> y = {};
  Unit x_unit = {};
  Unit y_unit = {};

  Group& group(std::string name, std::optional<Box> clip = std::nullopt) {
    return groups.emplace_back(Group{std::move(name), clip, {}});
  }
};

/// The sheet that a chart is laid out on. With `cells`, everything falls on a terminal's cells of 6 x 12
/// points, a braille dot being 3 x 3.
struct Canvas {
  double width = 640;
  double height = 360;
  bool cells = false;
};
inline constexpr double cell_width = 6;
inline constexpr double cell_height = 12;

/// Columns are kept within 40..200, rows within 8..200.
Canvas terminal(int columns, int rows);

}  // namespace assay::chart
