// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "reports/chart/scene.h"

namespace assay::chart {

/// What took place from `begin` to `end`, in seconds. Spans of one name look alike, in every row.
struct TimeSpan {
  std::string name;
  double begin = 0;
  double end = 0;
};

struct TimelineRow {
  std::string name;
  std::vector<TimeSpan>
      spans;  ///< one after the other; those without a place (not finite, no length) are left out
};

struct TimelineChart {
  std::string title;
  std::string description;  ///< made from the rows when empty
  std::vector<TimelineRow> rows;
  std::string empty = "Nothing took place";
};

/// One row each over a common axis of seconds, with a legend of the names; the name stands in its span where
/// that is wide enough, in a terminal (where all have one colour) else its first letter. As wide as the
/// canvas, as high as the rows need. Of a row the first 5,000 spans are drawn.
Scene draw(const TimelineChart& chart, const Canvas& canvas);

}  // namespace assay::chart
