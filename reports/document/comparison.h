// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/core/run.h"
#include "harness/judge/comparison.h"
#include "reports/document/document.h"
#include "reports/document/run.h"

namespace assay::reports {

/// What a report of a comparison is made of beside its pairs.
struct ComparisonFacts {
  Run base;
  std::optional<Run> candidate;  ///< empty: across an axis of `base`
  std::string command;           ///< that makes this report again
  std::vector<Caveat> caveats;
  std::vector<CaseTimes> times;  ///< of cases that changed: both sides' calls, by name
};

/// The pairs whose times changed, the largest change first.
std::vector<const Pair*> changed_pairs(const Comparison& comparison);

/// Two runs, or one across an axis: what changed, open; what did not, folded.
Document comparison_document(const Comparison& comparison, const ComparisonFacts& facts);

}  // namespace assay::reports
