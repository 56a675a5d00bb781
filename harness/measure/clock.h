// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ctime>
#include <span>

#include "harness/measure/rules.h"

namespace assay::measure {

/// CLOCK_MONOTONIC in nanoseconds: the clock of every sample. It is slewed by NTP but never steps back.
inline std::int64_t now_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

struct ClockFacts {
  Clock clock;
  bool monotonic = true;  ///< no reading was below the one before
};

/// What now_ns() can do here, found by reading it 2,000 times (less than 0.1 ms: every launch asks): its
/// smallest step that is not 0, and the cost of one reading as the best of several rows. clock_getres() says
/// 1 ns whatever the truth.
ClockFacts calibrate_clock();

/// The same arithmetic on given readings: `readings` in order, taken back to back; `rows`: how many of them
/// one row has.
ClockFacts judge_clock(std::span<const std::int64_t> readings, std::size_t rows);

}  // namespace assay::measure
