// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/cli/ab_sides.h"
#include "harness/judge/gate_evidence.h"
#include "harness/trials/paired_trial.h"

namespace assay::cli {

/// A paired trial that was measured and stored, with all that is judged of it.
struct MeasuredSides {
  Run run;
  trials::PairedTrial trial;
  GateEvidence evidence;
  std::vector<ResultRow> base, candidate;  ///< in the order of the plan
  int interrupted_by = 0;                  ///< signal, or 0
};

/// Takes out of the plan what the policy skips. \returns those cases, with the reason.
std::vector<std::pair<std::string, std::string>> skip_cases(AbPlan& plan, const Policy& policy, Day today);

/// Takes out of the plan all but that case.
void keep_case(AbPlan& plan, const std::string& key);

/// Measures both sides as the policy wants it, with progress on the terminal. Whoever calls it has an
/// InterruptGuard. \throws Error{usage} where the sides have no case in common, and what measuring throws.
MeasuredSides measure_sides(AbPlan& plan, const Policy& policy, const std::string& against, Context& context);

/// What needs no pairs of a case, from verdicts that were made already.
CaseEvidence evidence_of(const Pair& pair);

/// The comparison with whole rows, where `judge` has what was judged alone.
Comparison with_rows(Comparison comparison, const MeasuredSides& measured);

}  // namespace assay::cli
