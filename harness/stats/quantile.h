// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace assay::stats {

struct Interval {
  double low = 0;
  double high = 0;
};

/// Quantile q in [0, 1] by linear interpolation between order statistics, position q * (n - 1): definition 7
/// of Hyndman and Fan, "Sample Quantiles in Statistical Packages" (1996); NumPy's and R's default. The one
/// definition used everywhere in Assay. quantile() copies and selects; quantile_sorted() wants ascending
/// values. \throws Error{internal} when `values` is empty, or q is outside [0, 1].
double quantile(std::span<const double> values, double q);
double quantile_sorted(std::span<const double> sorted, double q);
double median(std::span<const double> values);

/// Fewest independent samples from which quantile q may be reported: ceil(ln 0.05 / ln max(q, 1 - q)), the
/// count at which one of them lies beyond the quantile with 95 % probability. p50 5, p90 29, p95 59, p99 299,
/// p99.9 2995.
std::size_t minimum_count(double q);

/// The one rule of a tail (p90 and above): empty when quantile q, called `name` in the text, may be shown,
/// else why not. It needs single calls (a `batch` of several has no tail) and minimum_count(q) samples, in
/// all, from at least 3 launches.
std::string tail_refused(const std::string& name, double q, std::int64_t batch, std::size_t samples,
                         std::size_t launches);

/// Quantile q (the same definition) of all launches' samples together; each launch's samples ascend, and
/// there is at least one. Walks down from the top, so it costs (1 - q) * n steps: cheap enough for a
/// bootstrap.
double pooled_upper_quantile(std::span<const std::span<const double>> launches, double q);

/// Ranks (0-based, ascending) of the two order statistics between which quantile q lies with at least
/// `confidence`, whatever the distribution: the exact binomial interval (David and Nagaraja, "Order
/// Statistics", 7.1), tails as equal as ranks allow, then narrowed while the confidence holds. Empty when n
/// samples cannot give it.
struct RankInterval {
  std::size_t low = 0;
  std::size_t high = 0;
  double coverage = 0;  ///< exact, for a continuous distribution
};
std::optional<RankInterval> quantile_ranks(std::size_t count, double q, double confidence = 0.95);

/// The values at those ranks. Samples must be independent; use bootstrap.h over launches.
std::optional<Interval> quantile_interval(std::span<const double> sorted, double q, double confidence = 0.95);

}  // namespace assay::stats
