// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "reports/chart/number.h"
#include "reports/chart/scene.h"

namespace assay::chart {

/// One bar of a flame graph. Frames stand in the order of a walk: each behind the one that it lies in.
struct FlameFrame {
  std::string name;
  std::size_t depth = 0;              ///< 0: in no other
  double value = 0;                   ///< its width, with what lies in it
  std::optional<double> before = {};  ///< the same elsewhere; absent: not there
  std::size_t kind = 0;               ///< look where nothing is compared: frames of one object look alike
  std::string note = {};              ///< behind the figures in its tooltip
};

struct FlameChart {
  std::string title;
  std::string description;  ///< made from the frames when empty
  Unit unit;                ///< of the values
  std::vector<FlameFrame> frames;
  bool difference = false;  ///< colours say how a frame changed since `before`
  std::string search;       ///< frames with this part in their name stand out; capitals do not matter
  std::optional<std::size_t> root = {};  ///< the frame that takes all the width; absent: all of them do
  std::string empty = "No stacks were stored";
};

/// Widths are values, the outermost on top; what lies in a frame begins at its left end. As wide as the
/// canvas, as high as the deepest frame needs. An item's id is its frame's number. Frames narrower than a
/// third of a point are left out. With `difference` good is less and bad is more, the deeper the more, full
/// from twice as much on; the label says it too.
Scene draw(const FlameChart& chart, const Canvas& canvas);

/// Share of the width of all that frames with `search` in their name take, each part once: 0 to 1.
double found_share(const FlameChart& chart);

}  // namespace assay::chart
