// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/stats/quantile.h"

/// Intervals by resampling launches. A launch is the unit of replication: samples within one share its memory
/// layout and its machine state, so only launches are drawn (the cluster bootstrap), and a drawn one brings
/// all its samples.
///
/// Intervals are expanded percentile intervals (Hesterberg, "What Teachers Should Know About the Bootstrap",
/// The American Statistician 69, 2015, section 4.2): percentiles at normal_cdf(+-t * sqrt(n / (n - 1))) with
/// Student's t of n - 1 degrees, which repairs the plain interval's under-coverage with few launches.
/// Deterministic: the same launches, in the same order, and seed give the same interval on every machine.
namespace assay::stats {

using Launches = std::vector<std::vector<double>>;

struct BootstrapOptions {
  int resamples = 2000;
  std::uint64_t seed = 1;
  double confidence = 0.95;
};

struct Estimate {
  double value = 0;
  std::optional<Interval> interval;  ///< empty with fewer than 3 launches
};

/// `statistic` of any set of launches. Empty launches are left out. \throws Error{internal} when none is
/// left.
using Statistic = std::function<double(std::span<const std::span<const double>>)>;
Estimate bootstrap(const Launches& launches, const Statistic& statistic,
                   const BootstrapOptions& options = {});

}  // namespace assay::stats
