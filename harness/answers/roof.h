// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/judge/result.h"

namespace assay::answers_detail {

/// What one device was seen to reach with a number of threads (0 on a device that is not the CPU).
struct Ceiling {
  std::map<std::int64_t, double> memory;     ///< by size of the arrays: one for each level measured; byte/s
  std::map<std::string, double> operations;  ///< by dtype (f32, f64, i8, bf16); operations a second
};

/// What a run saw of its devices, by device and thread count: from its valid roof.mem cases (kind=load on the
/// CPU, the best of load, copy and triad elsewhere), roof.fma and roof.dot cases; on one device none is lower
/// than with fewer threads. A device is never held against another's ceiling. Times of a device that has a
/// clock of its own are by that clock (time.device).
using Ceilings = std::map<std::pair<std::string, int>, Ceiling>;

/// Requests arrive at a rate of their own: latency holds waiting, so nothing a second follows from it.
bool is_open_loop(const ResultRow& row);

/// A case of the family roof whose time is that of its calls alone: not an open loop's, which holds waiting,
/// nor, on the CPU, that of arrays which were evicted first.
bool is_plain_roof(const ResultRow& row);

/// Of plain roofs.
Ceilings find_ceilings(const std::vector<ResultRow>& rows);

/// roof.fraction = max(minimum_bytes / bandwidth, operations / peak) / time.wall.p50, on a device with a
/// clock of its own / time.device.p50: the share of the speed that the roofline allows (Williams, Waterman
/// and Patterson 2009). The bandwidth is that of the roof.mem arrays whose size is nearest, in octaves, to
/// what one call touches (what it holds, or moves where that is less), so that data in a cache are held
/// against that cache; there is no share where the nearest is more than three octaves away. With cache=cold
/// it is that of the largest arrays. A result of floats is held against the
/// peak of roof.fma. Any other is held against that of roof.dot (int8), the most that integer arithmetic
/// reaches; in a run without it, against memory alone, and has no share where four times the f32 peak would
/// not even reach that. A share above 1.05 is no share of a limit: it is absent, with the reason.
MetricValue roof_fraction(const ResultRow& row, const Ceilings& ceilings);

}  // namespace assay::answers_detail
