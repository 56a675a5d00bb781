// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/replication.h"

#include <algorithm>
#include <cmath>

#include "harness/stats/spread.h"

namespace assay::stats {

Moments moments(std::span<const double> values) {
  if (values.empty()) return {};
  return {values.size(), mean(values), standard_deviation(values)};
}

std::optional<VarianceParts> variance_parts(std::span<const Moments> launches) {
  double total = 0;
  double squares = 0;
  double groups = 0;
  double sum = 0;
  for (const auto& launch : launches) {
    if (launch.n < 2) continue;
    const auto n = static_cast<double>(launch.n);
    total += n;
    squares += n * n;
    groups += 1;
    sum += n * launch.mean;
  }
  if (groups < 2) return std::nullopt;
  const double grand = sum / total;
  double within = 0;
  double between = 0;
  for (const auto& launch : launches) {
    if (launch.n < 2) continue;
    const auto n = static_cast<double>(launch.n);
    within += (n - 1) * launch.deviation * launch.deviation;
    between += n * (launch.mean - grand) * (launch.mean - grand);
  }
  within /= total - groups;
  between /= groups - 1;
  const double effective_size = (total - squares / total) / (groups - 1);
  return VarianceParts{std::max((between - within) / effective_size, 0.0), within};
}

std::size_t samples_per_launch(const VarianceParts& parts, double launch_cost_ns, double sample_cost_ns,
                               std::size_t most) {
  const std::size_t limit = std::max<std::size_t>(most, 1);
  if (!(parts.between > 0) || !(sample_cost_ns > 0)) return limit;
  const double count =
      std::sqrt(std::max(launch_cost_ns, 0.0) / sample_cost_ns * parts.within / parts.between);
  return static_cast<std::size_t>(std::clamp(std::ceil(count), 1.0, static_cast<double>(limit)));
}

}  // namespace assay::stats
