// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "harness/stats/quantile.h"

namespace assay::stats {

/// Clopper and Pearson's exact interval of a binomial proportion (Biometrika 26, 1934) from `successes` of
/// `trials`: each bound leaves (1 - confidence) / 2. At 0 successes the lower bound is 0, at all of them the
/// upper one is 1. \throws Error{internal} unless 0 <= successes <= trials and trials > 0.
Interval clopper_pearson(std::int64_t successes, std::int64_t trials, double confidence = 0.95);

/// Its one-sided upper bound: 0 alarms in 300 trials show a rate of at most 1 % at 95 %.
double upper_bound_of_rate(std::int64_t successes, std::int64_t trials, double confidence = 0.95);

}  // namespace assay::stats
