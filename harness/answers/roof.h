// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/judge/result.h"

namespace assay::answers_detail {

/// What this machine was seen to reach, per thread count: from the valid roof.mem (kind=load) and roof.fma
/// cases of the same run, none lower than with fewer threads. Bytes and operations a second.
struct Ceilings {
  std::map<int, std::map<std::int64_t, double>>
      memory;  ///< by size of the arrays: one for each level measured
  std::map<int, std::map<std::string, double>> operations;  ///< by dtype
};

Ceilings find_ceilings(const std::vector<ResultRow>& rows);

/// roof.fraction = max(minimum_bytes / bandwidth, operations / peak) / time.wall.p50: the share of the speed
/// that the roofline allows (Williams, Waterman and Patterson 2009). The bandwidth is that of the
/// roof.mem arrays whose size is nearest, in octaves, to what one call touches (what it holds, or moves where
/// that is less), so that data in a cache are held against that cache; there is no share where the nearest is
/// more than three octaves away. The peak counts for floating-point results (accuracy class "float") alone:
/// roof.fma says nothing of integer arithmetic, so other cases are held against memory, and have no share
/// where four times the f32 peak (int8 dot products) would not even reach that. A share above 1.05 is no
/// share of a limit: it is absent, with the reason.
MetricValue roof_fraction(const ResultRow& row, const Ceilings& ceilings);

}  // namespace assay::answers_detail
