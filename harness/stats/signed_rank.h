// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "harness/stats/quantile.h"

/// Paired differences: Wilcoxon's signed-rank test and what follows from it (Hollander, Wolfe and Chicken,
/// "Nonparametric Statistical Methods", 3rd ed., 3.1 to 3.3). The one assumption is that each difference is
/// as likely to be x as -x, independently of the others, where nothing differs between the sides: they need
/// not be distributed alike. Exact: distributions are counted, not approximated. At most 500 differences.
namespace assay::stats {

/// Ties of |difference| share the mean of their ranks, and the distribution is that of these ranks. Zeros are
/// ranked with the others and then left out (Pratt, "Remarks on Zeros and Ties in the Wilcoxon Signed Rank
/// Procedures", JASA 54, 1959): to drop them before ranking, as Wilcoxon did, can make differences that all
/// grow look less significant. Both are exact; all zeros give p = 1.
struct SignedRank {
  double positive = 0;   ///< sum of the ranks of positive differences
  std::size_t used = 0;  ///< differences that are not zero
  double p_greater = 1;  ///< P[W >= positive]: small where differences lie above 0
  double p_less = 1;     ///< P[W <= positive]: small where they lie below 0
};
/// Of `differences` - `shift`, without a copy by the caller. \throws Error{internal} on more than 500, or one
/// that is no number.
SignedRank signed_rank(std::span<const double> differences, double shift = 0);

/// The same question of the sum itself, not of ranks: for differences whose mean is what matters, such as
/// shares of requests (Fisher's randomisation test; Pitman, "Significance Tests Which May be Applied to
/// Samples From any Populations", JRSS Supplement 4, 1937). Every way to turn the signs round is counted, on
/// differences rounded to multiples of `unit`, or of 1/256 of the largest where that is more: rounding is as
/// blind to signs as the test is, so it stays exact.
struct SignFlip {
  double p_greater = 1;  ///< small where differences lie above 0
  double p_less = 1;
};
SignFlip sign_flip(std::span<const double> differences, double shift, double unit);

/// Signs alone (Hollander, Wolfe and Chicken, 3.4): how many differences lie above `shift`, against
/// Binomial(n, 1/2), those equal to it left out. Less sharp than ranks where noise is regular, and blind to
/// how far off a disturbed difference lies: a third of them may be.
struct SignTest {
  double p_greater = 1;
  double p_less = 1;
};
SignTest sign_test(std::span<const double> differences, double shift = 0);

/// Hodges-Lehmann: the median of all (d_i + d_j) / 2, i <= j. \throws Error{internal} on none.
double hodges_lehmann(std::span<const double> differences);

/// The order-statistic interval of these averages that inverts the two-sided test: the shifts that it does
/// not reject. Exact for differences without ties, else it holds the truth more often than it says. Empty
/// where so few differences cannot give this confidence (6: 96.9 %).
struct ShiftInterval {
  Interval interval;
  double coverage = 0;  ///< exact confidence
};
std::optional<ShiftInterval> signed_rank_interval(std::span<const double> differences, double confidence);

/// The interval of order statistics that inverts the two-sided sign test (there, 3.6), the same way: of the
/// median.
std::optional<ShiftInterval> sign_interval(std::span<const double> differences, double confidence);

}  // namespace assay::stats
