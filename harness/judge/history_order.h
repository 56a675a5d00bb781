// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/judge/history.h"

/// Inside harness/judge: where the points of a series stand.
namespace assay::judge_detail {

struct Ordered {
  std::vector<HistoryPoint> points;
  std::string line;          ///< the newest commit of the line that is followed; empty: no commit has a place
  std::size_t off_line = 0;  ///< points left out: their commits are known to be on another line
  std::size_t unplaced = 0;  ///< points whose commit has no known place
};

/// As make_series() says. `line`: a commit's id or its beginning; empty: the line with the most points.
Ordered order_points(std::vector<HistoryPoint> points, const std::string& line);

}  // namespace assay::judge_detail
