// SPDX-License-Identifier: Apache-2.0
#include "harness/measure/clock.h"

#include <algorithm>
#include <array>
#include <limits>

namespace assay::measure {

ClockFacts judge_clock(std::span<const std::int64_t> readings, std::size_t rows) {
  ClockFacts facts;
  std::int64_t step = std::numeric_limits<std::int64_t>::max();
  for (std::size_t i = 1; i < readings.size(); ++i) {
    const std::int64_t delta = readings[i] - readings[i - 1];
    if (delta < 0) facts.monotonic = false;
    if (delta > 0) step = std::min(step, delta);
  }
  if (step != std::numeric_limits<std::int64_t>::max()) facts.clock.resolution_ns = static_cast<double>(step);
  double cost = std::numeric_limits<double>::max();
  for (std::size_t from = 0; rows > 0 && from + rows < readings.size(); from += rows) {
    cost = std::min(cost,
                    static_cast<double>(readings[from + rows] - readings[from]) / static_cast<double>(rows));
  }
  if (cost < std::numeric_limits<double>::max()) facts.clock.cost_ns = std::max(cost, 0.0);
  return facts;
}

ClockFacts calibrate_clock() {
  std::array<std::int64_t, 2'000> readings{};
  for (auto& reading : readings) reading = now_ns();
  return judge_clock(readings, 100);
}

}  // namespace assay::measure
