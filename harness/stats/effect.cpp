// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/effect.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "harness/core/error.h"
#include "harness/stats/distribution.h"
#include "harness/stats/spread.h"

namespace assay::stats {

namespace {

/// Largest c with P[U <= c - 1] <= tail under equal distributions, 0 when there is none; and that
/// probability.
struct Critical {
  std::size_t count = 0;
  double tail = 0;
};

/// Exact: the number of ways in which U = u, from the generating function of Mann and Whitney (1947), as
/// probabilities.
Critical exact_critical(std::size_t m, std::size_t n, double tail) {
  // ways[u] for j of the second sample, grown by the first: p(i, j, u) = i/(i+j) p(i-1, j, u-j) + j/(i+j)
  // p(i, j-1, u).
  std::vector<std::vector<double>> row(n + 1, {1.0});
  for (std::size_t i = 1; i <= m; ++i) {
    std::vector<std::vector<double>> next(n + 1, {1.0});
    for (std::size_t j = 1; j <= n; ++j) {
      std::vector<double> p(i * j + 1, 0.0);
      const double first = static_cast<double>(i) / static_cast<double>(i + j);
      for (std::size_t u = 0; u < row[j].size(); ++u) p[u + j] += first * row[j][u];
      for (std::size_t u = 0; u < next[j - 1].size(); ++u) p[u] += (1 - first) * next[j - 1][u];
      next[j] = std::move(p);
    }
    row = std::move(next);
  }
  Critical critical;
  double sum = 0;
  for (std::size_t u = 0; u < row[n].size(); ++u) {
    sum += row[n][u];
    if (sum > tail) break;
    critical = {u + 1, sum};
  }
  return critical;
}

Critical normal_critical(std::size_t m, std::size_t n, double tail) {
  const double pairs = static_cast<double>(m) * static_cast<double>(n);
  const double deviation = std::sqrt(pairs * static_cast<double>(m + n + 1) / 12);
  const double c = std::floor(pairs / 2 + 0.5 + normal_quantile(tail) * deviation);
  return {static_cast<std::size_t>(std::max(c, 0.0)), tail};
}

Critical critical_count(std::size_t m, std::size_t n, double tail) {
  constexpr std::size_t exact_limit = 50;
  return std::max(m, n) <= exact_limit ? exact_critical(m, n, tail) : normal_critical(m, n, tail);
}

std::vector<double> logarithms(std::span<const double> values) {
  std::vector<double> logs;
  for (const double v : values) {
    if (!(v > 0)) throw Error(ErrorCode::internal, "a launch's median is not positive: " + std::to_string(v));
    logs.push_back(std::log(v));
  }
  return logs;
}

}  // namespace

std::optional<double> smallest_detectable_change(std::span<const double> launch_medians,
                                                 std::size_t launches_per_side, double alpha, double power) {
  const std::size_t per_side = launches_per_side == 0 ? launch_medians.size() : launches_per_side;
  if (launch_medians.size() < 3 || per_side < 2) return std::nullopt;
  if (std::any_of(launch_medians.begin(), launch_medians.end(), [](double v) { return !(v > 0); }))
    return std::nullopt;
  const Critical critical = critical_count(per_side, per_side, alpha / 2);
  if (critical.count == 0) return std::nullopt;
  // A sample's deviation is too small more often than too large: over its median (Wilson and Hilferty).
  const double degrees = static_cast<double>(launch_medians.size()) - 1;
  const double deviation =
      standard_deviation(logarithms(launch_medians)) / std::pow(1 - 2 / (9 * degrees), 1.5);
  const auto n = static_cast<double>(per_side);
  const double t = student_quantile(1 - critical.tail, 2 * n - 2) + student_quantile(power, 2 * n - 2);
  const double rank_over_t = std::sqrt(std::numbers::pi / 3);
  return std::expm1(t * rank_over_t * deviation * std::sqrt(2 / n));
}

Ratio ratio_of_launch_medians(std::span<const double> numerator, std::span<const double> denominator,
                              double confidence) {
  if (numerator.empty() || denominator.empty()) {
    throw Error(ErrorCode::internal, "a ratio with no launches on one side was asked for");
  }
  const auto above = logarithms(numerator);
  const auto below = logarithms(denominator);
  std::vector<double> differences;
  differences.reserve(above.size() * below.size());
  for (const double a : above) {
    for (const double b : below) differences.push_back(a - b);
  }
  std::sort(differences.begin(), differences.end());
  Ratio ratio;
  ratio.value = std::exp(quantile_sorted(differences, 0.5));

  const Critical critical = critical_count(above.size(), below.size(), (1 - confidence) / 2);
  if (critical.count == 0) {
    ratio.reason = std::to_string(above.size()) + " against " + std::to_string(below.size()) +
                   " launches are too few for an interval";
    return ratio;
  }
  ratio.interval = Interval{std::exp(differences[critical.count - 1]),
                            std::exp(differences[differences.size() - critical.count])};
  ratio.coverage = 1 - 2 * critical.tail;
  return ratio;
}

}  // namespace assay::stats
