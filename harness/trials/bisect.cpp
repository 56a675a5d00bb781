// SPDX-License-Identifier: Apache-2.0
#include "harness/trials/bisect.h"

#include <bit>

namespace assay::trials {

int bisect_steps(std::size_t range) { return range < 2 ? 0 : static_cast<int>(std::bit_width(range - 1)); }

BisectOutcome bisect(Bisection& bisection, const BisectHooks& hooks, double first_s) {
  BisectOutcome outcome;
  double took_s = first_s;
  outcome.range = bisection.range();
  for (std::string commit = bisection.next(); !commit.empty(); commit = bisection.next()) {
    outcome.left = bisect_steps(outcome.range.size());
    outcome.interrupted = hooks.stop();
    if (outcome.interrupted) return outcome;
    hooks.begin({commit, outcome.judged, outcome.left, outcome.left * took_s / (outcome.judged + 1)});
    const double began = hooks.seconds();
    const BisectMark mark = hooks.judge(commit);
    outcome.interrupted = hooks.stop();
    if (outcome.interrupted) return outcome;
    took_s += hooks.seconds() - began;
    ++outcome.judged;
    bisection.tell(commit, mark);
    outcome.range = bisection.range();
  }
  outcome.left = 0;
  return outcome;
}

}  // namespace assay::trials
