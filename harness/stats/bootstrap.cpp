// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/bootstrap.h"

#include <algorithm>
#include <cmath>

#include "harness/core/error.h"
#include "harness/stats/distribution.h"

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

/// SplitMix64 (Steele, Lea and Flood 2014): one 64-bit state, the same everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  /// Uniform in [0, bound): the high bits of a product (the bias of bound / 2^64 is nothing here).
  std::size_t below(std::size_t bound) {
    std::uint64_t x = state_ += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    x ^= x >> 31;
    // The high 64 bits of x * bound, for a bound below 2^32.
    return static_cast<std::size_t>(((x >> 32) * bound + ((x & 0xFFFFFFFFu) * bound >> 32)) >> 32);
  }

 private:
  std::uint64_t state_;
};

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

/// Quantile q of the union of drawn launches, each ascending, without merging them: bisection over all
/// values.
class PooledQuantile {
 public:
  explicit PooledQuantile(const std::vector<std::span<const double>>& launches) {
    for (const auto& launch : launches) {
      sorted_.emplace_back(launch.begin(), launch.end());
      std::sort(sorted_.back().begin(), sorted_.back().end());
      all_.insert(all_.end(), launch.begin(), launch.end());
    }
    std::sort(all_.begin(), all_.end());
  }

  double all(double q) const { return quantile_sorted(all_, q); }

  double of(const std::vector<std::size_t>& picks, double q) const {
    std::size_t count = 0;
    for (const auto index : picks) count += sorted_[index].size();
    const double at = q * static_cast<double>(count - 1);
    const auto rank = static_cast<std::size_t>(at);
    const double low = order_statistic(picks, rank);
    const double fraction = at - static_cast<double>(rank);
    if (fraction <= 0) return low;
    return low + (order_statistic(picks, rank + 1) - low) * fraction;
  }

 private:
  /// The smallest value v with more than `rank` drawn samples <= v.
  double order_statistic(const std::vector<std::size_t>& picks, std::size_t rank) const {
    const auto found = std::partition_point(all_.begin(), all_.end(), [&](double value) {
      std::size_t below = 0;
      for (const auto index : picks) {
        const auto& launch = sorted_[index];
        below +=
            static_cast<std::size_t>(std::upper_bound(launch.begin(), launch.end(), value) - launch.begin());
      }
      return below <= rank;
    });
    return found == all_.end() ? all_.back() : *found;
  }

  std::vector<std::vector<double>> sorted_;
  std::vector<double> all_;
};

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

Estimate bootstrap_median(const Launches& launches, const BootstrapOptions& options) {
  std::vector<double> medians;
  for (const auto& launch : without_empty(launches)) medians.push_back(median(launch));
  std::vector<double> drawn(medians.size());
  return {median(medians), resample(medians.size(), options, [&](const std::vector<std::size_t>& picks) {
            std::transform(picks.begin(), picks.end(), drawn.begin(),
                           [&](std::size_t index) { return medians[index]; });
            return median(drawn);
          })};
}

Estimate bootstrap_quantile(const Launches& launches, double q, const BootstrapOptions& options) {
  const PooledQuantile pooled(without_empty(launches));
  const auto kept = static_cast<std::size_t>(
      std::count_if(launches.begin(), launches.end(), [](const auto& launch) { return !launch.empty(); }));
  return {pooled.all(q), resample(kept, options, [&](const std::vector<std::size_t>& picks) {
            return pooled.of(picks, q);
          })};
}

Estimated percentile_over_launches(const Launches& launches, std::int64_t batch, double q,
                                   const BootstrapOptions& options) {
  std::size_t samples = 0;
  std::size_t kept = 0;
  for (const auto& launch : launches) {
    samples += launch.size();
    kept += launch.empty() ? 0 : 1;
  }
  if (samples == 0) return {std::nullopt, "no samples"};
  const std::string too_few_launches = "needs 3 launches; there are " + std::to_string(kept);
  if (q == 0.5) {
    const Estimate estimate = bootstrap_median(launches, options);
    return {estimate, estimate.interval ? std::string() : "its interval " + too_few_launches};
  }
  if (batch > 1 && q >= 0.9)
    return {std::nullopt, "a sample is a batch of " + std::to_string(batch) + " calls"};
  if (kept < 3) return {std::nullopt, too_few_launches};
  if (const auto needed = minimum_count(q); samples < needed) {
    return {std::nullopt,
            "needs " + std::to_string(needed) + " samples; there are " + std::to_string(samples)};
  }
  return {bootstrap_quantile(launches, q, options), {}};
}

}  // namespace assay::stats
