// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/chart/axis.h"
#include "reports/chart/label.h"
#include "reports/chart/number.h"
#include "reports/chart/scene.h"

namespace assay::chart {

inline constexpr double title_size = 13;
inline constexpr double text_size = 11;
inline constexpr double small_size = 10;

/// What a chart says about one of its axes. Without `domain` it follows the data.
struct AxisSpec {
  std::string title;
  Unit unit;
  Scale scale = Scale::linear;
  std::optional<Domain> domain;
  bool whole = false;  ///< values are counts, without a unit: no tick between two of them
};

/// A line of the legend.
struct Key {
  std::string name;
  Role role = Role::series1;
  std::optional<Shape> shape;
  std::optional<Dash> line;
};

struct FrameSpec {
  std::string title;
  std::string note;  ///< under the picture: what is left out, and why
  AxisSpec x;
  AxisSpec y;
  Domain x_domain;  ///< of the data, padded by the chart
  Domain y_domain;
  std::vector<Key> keys;   ///< a legend stands where there are two or more
  bool row_above = false;  ///< keeps a line of text free above the plot (shared with the y axis's title)
};

/// Where the data go.
struct Frame {
  Box plot;
  Axis x;
  Axis y;
  Metrics metrics;
  Box above;  ///< the free part of the row above the plot; empty where there is none
};

/// An empty scene of the canvas's size, its texts cleaned.
Scene blank(const Canvas& canvas, const std::string& title, const std::string& description);

/// Title, legend, grid, axes and note, each in its group, and room left so that no label is cut.
Frame draw_frame(Scene& scene, const FrameSpec& spec);

/// The axis of values below rows, with its grid: what a chart of named rows has in a frame's place. Takes 24
/// points (2 lines of a terminal) below the plot, 16 (one) more with a title.
void draw_scale(Scene& scene, const Box& plot, const Axis& axis, const AxisSpec& spec);

/// The picture of a chart with nothing to show: its title, and `why` in the middle.
void draw_empty(Scene& scene, const std::string& title, const std::string& why);

/// Title line at the top; returns where the rest may begin.
double draw_title(Scene& scene, const std::string& title);

/// "3 of 20 values are not shown: no number, or no place on a logarithmic axis"; empty for none.
std::string left_out(std::size_t count, std::size_t of, Scale scale);

/// A label for tooltips: "name: x, y".
std::string point_title(const std::string& name, const std::string& x, const std::string& y);

}  // namespace assay::chart
