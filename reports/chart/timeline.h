// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "reports/chart/axis.h"
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
  std::optional<Domain> domain = {};  ///< the part of the time that is shown; absent: all of it
};

/// At most `most` rows stay, the first and the last ones; the title then says how many are left out.
void keep_ends(TimelineChart& chart, std::size_t most);

/// One row each over a common axis of seconds, with a legend of the names; the name stands in its span where
/// that is wide enough, in a terminal (where all have one colour) else its first letter. As wide as the
/// canvas, as high as the rows need. Of a row the first 5,000 spans are drawn.
Scene draw(const TimelineChart& chart, const Canvas& canvas);

}  // namespace assay::chart
