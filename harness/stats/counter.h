// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "harness/core/reading.h"

namespace assay::stats {

/// What the kernel says of one counter: its count, and for how long it was enabled and actually on the
/// hardware (perf_event_open(2), PERF_FORMAT_TOTAL_TIME_ENABLED and _RUNNING).
struct RawCount {
  std::uint64_t value = 0;
  std::uint64_t enabled_ns = 0;
  std::uint64_t running_ns = 0;
};

/// after - before, field by field (counters only grow; a smaller "after" gives 0).
RawCount difference(const RawCount& after, const RawCount& before);

/// The reading for one counter. running == enabled: ok. running < enabled (multiplexed): value * enabled /
/// running, state scaled, coverage running / enabled. running == 0: not_counted, with no value. (Never
/// enabled at all: not_counted.)
Reading scaled_reading(const std::string& metric, const std::string& unit, const RawCount& count);

/// One reading from those of several threads: the sum. Its coverage is the lowest of them; it is not_counted
/// when any that was enabled has no value, because a sum of some threads would be wrong; threads that never
/// ran are left out.
Reading sum_over_threads(const std::string& metric, const std::string& unit, const RawCount* counts,
                         std::size_t n);

}  // namespace assay::stats
