// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>

#include "harness/stats/quantile.h"

namespace assay::stats {

/// The smallest relative change of a case's time that `launches_per_side` launches on each side would show
/// with probability `power`: that ratio_of_launch_medians() leaves 1 out of its interval at `alpha`.
/// exp((t[1-a/2] + t[power]) * s * sqrt(pi / 3) * sqrt(2 / n)) - 1: t are Student's quantiles of 2 n - 2
/// degrees (NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.2.2 and 7.3.1, two equal samples), `a` is
/// the level that the rank test reaches with n launches (n = 6: 0.041), 3 / pi its efficiency against the t
/// test, and s the standard deviation of the logarithms of these launch medians, corrected to be too small as
/// often as too large. An estimate from these launches, for launches that scatter like normal values, and to
/// be labelled so. launches_per_side 0: as many as given. Empty with fewer than 3 positive medians, and where
/// a side has too few launches for an interval (95 %: 4).
std::optional<double> smallest_detectable_change(std::span<const double> launch_medians,
                                                 std::size_t launches_per_side = 0, double alpha = 0.05,
                                                 double power = 0.8);

struct Ratio {
  double value = 1;  ///< numerator over denominator
  std::optional<Interval>
      interval;         ///< of at least `confidence`; empty when there are too few launches for it
  double coverage = 0;  ///< exact confidence of that interval
  std::string reason;   ///< why there is no interval
};

/// The ratio by which launches on one side take longer than on the other: the Hodges-Lehmann estimate on
/// logarithms, the median of all pairs' ratios, with the order-statistic interval that inverts the
/// Mann-Whitney test exactly (Hollander, Wolfe and Chicken, "Nonparametric Statistical Methods", 3rd ed., 4.2
/// and 4.3; normal approximation above 50 launches a side). It assumes that both sides are distributed alike
/// but for the ratio, and nothing else: where one side is far noisier than the other it holds the ratio less
/// often (simulated: 93 % with 6 launches a side, 90 % with 20). 95 % needs 4 launches a side. \throws
/// Error{internal} when a side is empty or a median is not positive.
Ratio ratio_of_launch_medians(std::span<const double> numerator, std::span<const double> denominator,
                              double confidence = 0.95);

}  // namespace assay::stats
