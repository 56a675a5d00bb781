// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/counter.h"

#include <algorithm>

namespace assay::stats {

RawCount difference(const RawCount& after, const RawCount& before) {
  const auto grown = [](std::uint64_t a, std::uint64_t b) { return a > b ? a - b : 0; };
  return {grown(after.value, before.value), grown(after.enabled_ns, before.enabled_ns),
          grown(after.running_ns, before.running_ns)};
}

Reading scaled_reading(const std::string& metric, const std::string& unit, const RawCount& count) {
  return sum_over_threads(metric, unit, &count, 1);
}

Reading sum_over_threads(const std::string& metric, const std::string& unit, const RawCount* counts,
                         std::size_t n) {
  Reading reading{.metric = metric,
                  .value = std::nullopt,
                  .unit = unit,
                  .state = ReadingState::not_counted,
                  .coverage = 0,
                  .reason = "the counter was never on the hardware"};
  double sum = 0;
  double coverage = 1;
  bool any = false;
  for (std::size_t i = 0; i < n; ++i) {
    const RawCount& count = counts[i];
    if (count.enabled_ns == 0) continue;  // a thread that did not run in the region
    if (count.running_ns == 0) return reading;
    const double enabled = static_cast<double>(count.enabled_ns);
    const double running = static_cast<double>(std::min(count.running_ns, count.enabled_ns));
    sum += static_cast<double>(count.value) * (enabled / running);
    coverage = std::min(coverage, running / enabled);
    any = true;
  }
  if (!any) return reading;
  reading.value = sum;
  reading.coverage = coverage;
  reading.state = coverage < 1 ? ReadingState::scaled : ReadingState::ok;
  reading.reason = coverage < 1 ? "multiplexed: value * enabled / running" : "";
  return reading;
}

}  // namespace assay::stats
