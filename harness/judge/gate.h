// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/judge/comparison.h"
#include "harness/judge/policy.h"
#include "harness/judge/settled.h"

namespace assay {

/// Cause of a tail verdict of calls that are not timed one by one: no question, and no answer.
inline constexpr const char* cause_no_tail = "no_tail";

/// What a policy makes of one verdict.
enum class GateState {
  fail,          ///< it is slower
  broken,        ///< there is no verdict: a side failed, its result was wrong, the two do not compare
  undecided,     ///< not enough evidence, and the policy lets it pass (cause `clock` or `layout`: always)
  acknowledged,  ///< it is slower, and somebody has said that it may be
  skipped,       ///< the policy leaves the case out
  news,          ///< `new` or `missing`: one side alone has the case
  pass,
};
std::string to_string(GateState state);  ///< "fail", ..., "new or missing", "pass"

struct GateFinding {
  std::string key;  ///< canonical text of the case
  Verdict verdict;  ///< metric empty: of the case as a whole
  GateState state = GateState::pass;
  std::string why;  ///< beside the verdict's own reason: which rule of the policy, whose acknowledgement
  std::optional<double> base, candidate;  ///< the metric's values
  std::string unit;
};

/// A gate's answer, whoever shows it.
struct GateReport {
  std::vector<GateFinding> findings;  ///< the worst first: by state, then by ratio, then by case
  std::vector<std::string> dead;      ///< why nothing can be said: exit code 5; empty: the gate is alive
  std::vector<std::string> warnings;  ///< of the policy: what has expired, what matches nothing
  bool wrong_result = false;          ///< some side computed something else than its reference
  bool no_result = false;             ///< a case has no valid result on some side
  std::size_t count(GateState state) const;
  bool passed() const;  ///< nothing fails, is broken or wrong, and the gate is alive
};

/// Applies the policy to what was judged: of rule "paired" and "tail" every verdict, of rule "exact" those
/// whose metric the policy names. `skipped`: cases that the policy left out, with the reason. `settled`: what
/// people decided about the history. Pure: the same verdicts give the same answer.
GateReport decide(const Comparison& comparison,
                  const std::vector<std::pair<std::string, std::string>>& skipped, const Policy& policy,
                  Day today, const std::vector<Settled>& settled = {});

}  // namespace assay
