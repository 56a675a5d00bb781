// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/core/commit.h"
#include "harness/judge/comparison.h"
#include "harness/judge/history.h"
#include "harness/judge/policy.h"

namespace assay {

/// One regression of the history that somebody acknowledged or ignored, and that lies between the two sides
/// of a gate: its commit is in the new side and not in the base.
struct Decision {
  double ratio = 1;  ///< that the history saw: < 1
  TriageEvent event;
};

/// All of them of one case and metric.
struct Settled {
  std::string case_key;  ///< canonical text without `v`
  std::string metric;
  double improved = 1;  ///< what got better between the two sides, > 1: it is no room for something slower
  std::vector<Decision> decisions;
};

/// Picks them out of the series. Changes that lie with environment or host are none of the code's, and those
/// of an earlier definition none of today's. A regression that was reopened is not settled; one whose
/// decision has run out is kept, so that it can be told. `between`: whether a commit lies between the two
/// sides; asked only where there is a decision.
std::vector<Settled> find_settled(const std::vector<Series>& series, const std::vector<TriageEvent>& events,
                                  const std::function<bool(const std::string& commit)>& between);

bool holds(const Decision& decision, Day today);
std::string to_string(
    const Decision& decision);  ///< "acknowledged by Ada on 2026-11-27 until ...: reason (...)"

/// What the decisions say about a verdict `slower`.
struct Allowance {
  bool covers = false;  ///< it may be as slow as that
  std::string why;      ///< who, when and why; or why it does not cover it; empty: nobody decided anything
};

/// A verdict is covered down to the ratios of what was settled and still holds, taken together, and with what
/// got better. It is worse where its estimate lies beyond that by more than `effect`, and its interval
/// wholly. The tail rule's ratio is of another kind, and never covered.
Allowance allowance_of(const std::vector<Settled>& settled, const Case& value, const Verdict& verdict,
                       double effect, Day today);

}  // namespace assay
