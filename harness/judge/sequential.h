// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "harness/judge/comparison.h"
#include "harness/judge/looks.h"
#include "harness/stats/quantile.h"

/// Inside the judge: one question about a growing row of paired differences, whatever they are of.
namespace assay {

/// Differences in time order; positive: the new side is better.
struct Question {
  enum class Of {
    ranks,  ///< signed ranks, Hodges-Lehmann estimate and interval
    mean    ///< the mean of differences; no interval
  };
  Of of = Of::ranks;
  std::span<const double> differences;
  double smallest_effect = 0;  ///< in the differences' scale
  double margin = 0;           ///< `slower` and `faster` need the whole interval beyond it
  bool may_be_same = true;
  std::span<const Look> difference_looks;
  std::span<const Look> same_looks;      ///< after as many pairs, look by look
  std::span<const LookTest> tests;       ///< of the looks that were reached
  std::span<const WitnessLook> witness;  ///< the same looks, or none
  double level = 0;                      ///< two-sided, for all looks together
  double same_error = 0;                 ///< one-sided, likewise
  bool give_up = true;                   ///< whether is_futile() is asked
};

struct Finding {
  enum class Kind {
    better,
    worse,
    same,
    contradicted,  ///< better or worse, but the witness says `same`, or the opposite
    open
  };
  Kind kind = Kind::open;
  int pairs = 0;          ///< of the look that decided, or of the last one
  double confidence = 0;  ///< of the interval
  std::optional<double> estimate{};
  std::optional<stats::Interval> interval{};
  bool witness_silent = false;  ///< open although the differences say better or worse: the witness does not
};

/// The first look that decides; where none does, the last look.
Finding first_decision(const Question& question);

/// min over looks of p / weight: valid however the looks depend on each other, and only smaller with more
/// looks.
double adjusted_p_value(const Question& question);

/// That the pairs that are left are not likely to decide (chance below 5 %), from four batches on.
bool is_futile(const Question& question);

}  // namespace assay
