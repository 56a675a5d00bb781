// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "harness/stats/quantile.h"

namespace assay {

/// A planned look at growing evidence: after how many pairs, and which share of the error budget it may
/// spend.
struct Look {
  int pairs = 0;
  double weight = 0;  ///< of all looks: 1 in sum
};

/// Looks after every `batch` pairs up to `most`. Weights grow with the square of the number of pairs: little
/// early, where only large effects can be seen, most at the end, where small ones have to be. A look at which
/// even pairs that all agree could not reject within its share (n pairs know no p below 2^-n / 0.95) has
/// weight 0, and its share goes to the others. `error`: one-sided. Empty when no look could ever reject.
std::vector<Look> plan_looks(int batch, int most, double error);

/// Exact one-sided p values of paired differences (positive: the new side is better). Ranks and signs share
/// the error 19 to 1: p = min(p of ranks / 0.95, p of signs / 0.05). Ranks see small changes on a host whose
/// noise is regular; signs see large ones through a host that disturbs every fifth pair, and cost the ranks
/// next to nothing.
struct LookTest {
  int pairs = 0;
  double better = 1;  ///< of "not better by more than the margin"
  double worse = 1;   ///< of "not worse by more than the margin"
  double same = 1;    ///< of "better or worse by the smallest effect, or more" (the larger of two)
};
/// In cycles, which have to say what time says.
struct WitnessLook {
  LookTest test{};      ///< pairs == 0: cycles are not known at this look
  double estimate = 0;  ///< Hodges-Lehmann
};

LookTest test_look(std::span<const double> differences, double margin, double smallest_effect);

/// What these tests, each at its share of `error` (two-sided), do not reject: the part that both intervals
/// have in common; the estimate (Hodges-Lehmann or median) is that of the narrower.
struct Shift {
  double estimate = 0;
  std::optional<stats::Interval> interval{};
};
Shift estimate_shift(std::span<const double> differences, double error);

/// The same of the sum of differences, which are multiples of `unit` or nearly so (sign_flip()), without
/// margin.
LookTest test_sum(std::span<const double> differences, double unit, double smallest_effect);

/// The chance that all pairs that can still be had decide: that the estimate, which moves from here by what
/// its interval says, ends beyond the smallest effect with `error` (one-sided) or within it with
/// `same_error` (0: not asked). Normal approximation: it spends no error budget, it saves launches.
struct Projection {
  double estimate = 0;
  double spread = 0;  ///< its standard deviation
  double part = 1;    ///< of all pairs that can be had
};
double chance_to_decide(const Projection& now, double smallest_effect, double margin, double error,
                        double same_error);

}  // namespace assay
