// SPDX-License-Identifier: Apache-2.0
#include "harness/run/load_rates.h"

#include <fmt/format.h>

#include "harness/core/sensors.h"
#include "harness/stats/quantile.h"

namespace assay::run {

namespace {

constexpr std::size_t least_samples = 10;
constexpr double most_share_of_overload = 0.9;
constexpr double least_calls_late = 10;

double per_second(std::int64_t first_ns, std::int64_t last_ns, std::size_t count) {
  return last_ns > first_ns ? static_cast<double>(count - 1) * 1e9 / static_cast<double>(last_ns - first_ns)
                            : 0;
}

}  // namespace

std::vector<Reading> load_readings(const Samples& samples) {
  const std::size_t count = samples.size();
  if (count < least_samples || samples.scheduled_ns.size() != count) return {};
  const double offered = per_second(samples.scheduled_ns.front(), samples.scheduled_ns.back(), count);
  const double served = per_second(samples.end_ns.front(), samples.end_ns.back(), count);
  std::vector<Reading> readings{with_value({"load.offered", "Hz", Better::neither}, offered),
                                with_value({"load.served", "Hz", Better::higher}, served)};
  std::vector<double> calls_ns;
  for (std::size_t i = 0; i < count; ++i)
    calls_ns.push_back(static_cast<double>(samples.end_ns[i] - samples.start_ns[i]));
  const auto late_ns = static_cast<double>(samples.start_ns.back() - samples.scheduled_ns.back());
  if (served > most_share_of_overload * offered || late_ns < least_calls_late * stats::median(calls_ns))
    return readings;
  readings.push_back(without_value({"load.overloaded", "", Better::neither}, ReadingState::not_counted,
                                   fmt::format("requests come faster ({:.4g} a second) than they are served "
                                               "({:.4g}): their latencies grow as long as "
                                               "one measures, and are no property of the code",
                                               offered, served)));
  return readings;
}

}  // namespace assay::run
