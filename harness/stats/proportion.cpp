// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/proportion.h"

#include <string>

#include "harness/core/error.h"
#include "harness/stats/distribution.h"

namespace assay::stats {

namespace {

void check(std::int64_t successes, std::int64_t trials) {
  if (trials > 0 && successes >= 0 && successes <= trials) return;
  throw Error(ErrorCode::internal,
              "no proportion: " + std::to_string(successes) + " of " + std::to_string(trials));
}

/// The p at which P[B <= k] of B ~ Binomial(n, p), which falls with p, is `target`.
double rate_at(std::int64_t k, std::int64_t n, double target) {
  double low = 0;
  double high = 1;
  for (int i = 0; i < 100; ++i) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (binomial_cdf(k, n, middle) > target ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

}  // namespace

Interval clopper_pearson(std::int64_t successes, std::int64_t trials, double confidence) {
  check(successes, trials);
  const double tail = (1 - confidence) / 2;
  return {successes == 0 ? 0 : rate_at(successes - 1, trials, 1 - tail),
          successes == trials ? 1 : rate_at(successes, trials, tail)};
}

double upper_bound_of_rate(std::int64_t successes, std::int64_t trials, double confidence) {
  check(successes, trials);
  return successes == trials ? 1 : rate_at(successes, trials, 1 - confidence);
}

}  // namespace assay::stats
