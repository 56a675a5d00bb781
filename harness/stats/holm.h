// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <span>
#include <vector>

namespace assay::stats {

/// What Holm's step-down procedure says of one of several hypotheses.
struct HolmStep {
  double level = 0;  ///< its p value was held against this
  bool rejected = false;
};

/// Holm, "A Simple Sequentially Rejective Multiple Test Procedure" (Scandinavian Journal of Statistics 6,
/// 1979): the smallest of m p values against error / m, the next against error / (m - 1), and so on to the
/// first that is larger; what follows is not rejected, and is given that one's level. Whatever the
/// dependence, a true hypothesis is rejected in at most `error` of all cases. No level exceeds `most`.
/// Answers are in the order of `p_values`. Where p values fall, rejections stay.
std::vector<HolmStep> holm(std::span<const double> p_values, double error,
                           double most = std::numeric_limits<double>::infinity());

}  // namespace assay::stats
