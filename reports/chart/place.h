// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "reports/chart/scene.h"

namespace assay::chart {

/// Finds room for labels: remembers what is taken and says whether a box is still free.
class Placer {
 public:
  explicit Placer(Box area) : area_(area) {}
  void take(Box box) { boxes_.push_back(box); }
  void take_line(Point a, Point b) { lines_.emplace_back(a, b); }
  bool free(Box box, bool lines_too) const;  ///< inside the area and on nothing that is taken

 private:
  Box area_;
  std::vector<Box> boxes_;
  std::vector<std::pair<Point, Point>> lines_;
};

bool overlap(const Box& a, const Box& b);
bool crosses(Point a, Point b, const Box& box);

struct Placement {
  Point at;  ///< of a Text
  Anchor anchor = Anchor::start;
  bool leader = false;  ///< so far off that a line should lead to it
};

/// Room for a text of that size beside a marker, as near as there is, off the lines where that is possible;
/// takes it.
std::optional<Placement> beside(Placer& placer, Point marker, double width, double height, bool cells);

}  // namespace assay::chart
