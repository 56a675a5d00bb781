// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/bootstrap.h"

#include <algorithm>
#include <cmath>

#include "harness/core/error.h"
#include "harness/stats/distribution.h"
#include "harness/stats/random.h"

namespace assay::stats {

namespace {

std::vector<std::span<const double>> without_empty(const Launches& launches) {
  std::vector<std::span<const double>> kept;
  for (const auto& launch : launches) {
    if (!launch.empty()) kept.emplace_back(launch);
  }
  if (kept.empty()) throw Error(ErrorCode::internal, "an estimate from no samples was asked for");
  return kept;
}

/// Percentiles of the resampled statistics. `draw(picks)` is the statistic of the launches with those
/// indices.
template <typename Draw>
std::optional<Interval> resample(std::size_t launches, const BootstrapOptions& options, Draw draw) {
  if (launches < 3) return std::nullopt;
  std::vector<std::size_t> picks(launches);
  std::vector<double> values(static_cast<std::size_t>(std::max(options.resamples, 100)));
  Random random(options.seed);
  for (double& value : values) {
    for (auto& index : picks) index = random.below(launches);
    value = draw(picks);
  }
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(launches);
  const double t = student_quantile((1 + options.confidence) / 2, n - 1) * std::sqrt(n / (n - 1));
  return Interval{quantile_sorted(values, normal_cdf(-t)), quantile_sorted(values, normal_cdf(t))};
}

}  // namespace

Estimate bootstrap(const Launches& launches, const Statistic& statistic, const BootstrapOptions& options) {
  const auto kept = without_empty(launches);
  std::vector<std::span<const double>> drawn(kept.size());
  return {statistic(kept), resample(kept.size(), options, [&](const std::vector<std::size_t>& picks) {
            std::transform(picks.begin(), picks.end(), drawn.begin(),
                           [&](std::size_t index) { return kept[index]; });
            return statistic(drawn);
          })};
}

}  // namespace assay::stats
