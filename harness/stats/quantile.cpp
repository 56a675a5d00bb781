// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/quantile.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "harness/core/error.h"
#include "harness/stats/distribution.h"

namespace assay::stats {

namespace {

void check(std::span<const double> values, double q) {
  if (values.empty()) throw Error(ErrorCode::internal, "a quantile of no values was asked for");
  if (!(q >= 0 && q <= 1))
    throw Error(ErrorCode::internal, "quantile " + std::to_string(q) + " is not in [0, 1]");
}

struct Position {
  std::size_t rank;
  double fraction;
};

Position position(std::size_t count, double q) {
  const double at = q * static_cast<double>(count - 1);
  const double floor = std::floor(at);
  return {static_cast<std::size_t>(floor), at - floor};
}

/// Interpolation that is exact at both ends and never leaves [low, high].
double between(double low, double high, double fraction) {
  if (fraction <= 0) return low;
  return std::clamp(low + (high - low) * fraction, low, high);
}

}  // namespace

double quantile_sorted(std::span<const double> sorted, double q) {
  check(sorted, q);
  const auto [rank, fraction] = position(sorted.size(), q);
  return between(sorted[rank], sorted[std::min(rank + 1, sorted.size() - 1)], fraction);
}

double quantile(std::span<const double> values, double q) {
  check(values, q);
  std::vector<double> copy(values.begin(), values.end());
  const auto [rank, fraction] = position(copy.size(), q);
  const auto at = copy.begin() + static_cast<std::ptrdiff_t>(rank);
  std::nth_element(copy.begin(), at, copy.end());
  if (fraction <= 0) return *at;
  return between(*at, *std::min_element(at + 1, copy.end()), fraction);
}

double median(std::span<const double> values) { return quantile(values, 0.5); }

std::size_t minimum_count(double q) {
  const double p = std::max(q, 1 - q);
  if (p >= 1) return 1;  // minimum and maximum are what they are
  return static_cast<std::size_t>(std::ceil(std::log(0.05) / std::log(p)));
}

std::string tail_refused(const std::string& name, double q, std::int64_t batch, std::size_t samples,
                         std::size_t launches) {
  constexpr std::size_t least_launches = 3;
  if (batch > 1) return "a sample is a batch of " + std::to_string(batch) + " calls, which has no tail";
  const std::size_t needed = minimum_count(q);
  if (samples >= needed && launches >= least_launches) return {};
  return name + " needs " + std::to_string(needed) + " samples from " + std::to_string(least_launches) +
         " launches; has " + std::to_string(samples) + " from " + std::to_string(launches) +
         (launches == 1 ? " launch" : " launches");
}

double pooled_upper_quantile(std::span<const std::span<const double>> launches, double q) {
  std::size_t n = 0;
  for (const auto& launch : launches) n += launch.size();
  const auto [below, share] = position(n, q);
  std::vector<std::size_t> left(launches.size());
  for (std::size_t i = 0; i < launches.size(); ++i) left[i] = launches[i].size();
  double above = 0;
  double value = 0;
  for (std::size_t rank = n; rank-- > below;) {
    std::size_t largest = launches.size();
    for (std::size_t i = 0; i < launches.size(); ++i) {
      if (left[i] == 0) continue;
      if (largest == launches.size() || launches[i][left[i] - 1] > launches[largest][left[largest] - 1])
        largest = i;
    }
    above = value;
    value = launches[largest][--left[largest]];
  }
  return below + 1 < n ? between(value, above, share) : value;
}

std::optional<RankInterval> quantile_ranks(std::size_t count, double q, double confidence) {
  if (count == 0 || !(q > 0 && q < 1)) return std::nullopt;
  const auto n = static_cast<std::int64_t>(count);
  // Below the quantile lie B ~ Binomial(n, q) samples; x[low] <= quantile <= x[high] when low < B <= high,
  // 0-based.
  const auto coverage = [&](std::int64_t low, std::int64_t high) {
    return binomial_cdf(high, n, q) - binomial_cdf(low, n, q);
  };
  const double tail = (1 - confidence) / 2;
  // Largest low with P[B <= low] <= tail, and smallest high with P[B > high] <= tail; clamped to what exists.
  std::int64_t low = -1;
  for (std::int64_t from = -1, to = n; to - from > 1;) {
    const std::int64_t middle = from + (to - from) / 2;
    (binomial_cdf(middle, n, q) <= tail ? from : to) = middle;
    low = from;
  }
  std::int64_t high = n;
  for (std::int64_t from = -1, to = n; to - from > 1;) {
    const std::int64_t middle = from + (to - from) / 2;
    (1 - binomial_cdf(middle, n, q) <= tail ? to : from) = middle;
    high = to;
  }
  low = std::clamp<std::int64_t>(low, 0, n - 1);
  high = std::clamp<std::int64_t>(high, 0, n - 1);
  if (coverage(low, high) < confidence) return std::nullopt;
  for (bool narrowed = true; narrowed && low < high;) {
    const double from_below = coverage(low + 1, high);
    const double from_above = coverage(low, high - 1);
    narrowed = std::max(from_below, from_above) >= confidence;
    if (narrowed && from_below > from_above) {
      ++low;
    } else if (narrowed) {
      --high;
    }
  }
  return RankInterval{static_cast<std::size_t>(low), static_cast<std::size_t>(high), coverage(low, high)};
}

std::optional<Interval> quantile_interval(std::span<const double> sorted, double q, double confidence) {
  const auto ranks = quantile_ranks(sorted.size(), q, confidence);
  if (!ranks) return std::nullopt;
  return Interval{sorted[ranks->low], sorted[ranks->high]};
}

}  // namespace assay::stats
