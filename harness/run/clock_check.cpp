// SPDX-License-Identifier: Apache-2.0
#include "harness/run/clock_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"

namespace assay::run {

void check_clock(const Samples& samples, const measure::Clock& clock) {
  const auto calls = call_times_ns(samples, samples.warmup);
  const auto zero = std::count_if(calls.begin(), calls.end(), [](double ns) { return ns <= 0; });
  if (zero == 0 || 2 * static_cast<std::size_t>(zero) < calls.size()) return;
  throw Error(
      ErrorCode::false_times,
      fmt::format("measure: {} of {} samples of {} calls take 0 ns: its clock is coarser than the {:g} ns "
                  "of its hello, or stands still",
                  zero, calls.size(), samples.batch, clock.resolution_ns));
}

}  // namespace assay::run
