// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <vector>

#include "harness/judge/result.h"

namespace assay::answers_detail {

/// What this machine was seen to reach, per thread count: from the valid roof.mem (kind=load, the largest
/// arrays) and roof.fma cases of the same run.
struct Ceilings {
  struct Ceiling {
    double per_s = 0;        ///< bytes or operations a second
    std::int64_t bytes = 0;  ///< roof.mem: size of its arrays
  };
  std::map<int, Ceiling> memory;
  std::map<int, Ceiling> operations_f32;
  std::map<int, Ceiling> operations_f64;
};

Ceilings find_ceilings(const std::vector<ResultRow>& rows);

/// roof.fraction = max(minimum_bytes / bandwidth, operations / peak) / time.wall.p50: the share of the speed
/// that the roofline allows (Williams, Waterman and Patterson 2009). Above 1.05 it is flagged: data that stay
/// in a cache, integer arithmetic, or a formula that counts too much.
MetricValue roof_fraction(const ResultRow& row, const Ceilings& ceilings);

}  // namespace assay::answers_detail
