// SPDX-License-Identifier: Apache-2.0
#include "harness/run/clock_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"

namespace assay::run {

double fastest_ns(const Samples& samples) {
  const auto calls = call_times_ns(samples, 0);
  return std::max(1.0, *std::min_element(calls.begin(), calls.end()));
}

std::int64_t shortest_ns(const Samples& samples) {
  std::int64_t shortest = INT64_MAX;
  for (std::size_t i = 0; i < samples.size(); ++i)
    shortest = std::min(shortest, samples.end_ns[i] - samples.start_ns[i]);
  return shortest;
}

void check_clock(const Samples& samples, const measure::Clock& clock) {
  const auto calls = call_times_ns(samples, samples.warmup);
  const auto zero = std::count_if(calls.begin(), calls.end(), [](double ns) { return ns <= 0; });
  if (zero == 0 || 2 * static_cast<std::size_t>(zero) < calls.size()) return;
  throw Error(
      ErrorCode::protocol,
      fmt::format("measure: {} of {} samples of {} calls take 0 ns: its clock is coarser than the {:g} ns "
                  "of its hello, or stands still",
                  zero, calls.size(), samples.batch, clock.resolution_ns));
}

}  // namespace assay::run
