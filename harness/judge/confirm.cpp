// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "harness/judge/paired.h"

namespace assay {

namespace {

RuleJudgement confirm_rule(const RuleJudgement& first, const RuleJudgement& second) {
  if (first.verdict.outcome != Outcome::slower) return first;
  RuleJudgement both = second;
  if (second.verdict.outcome == Outcome::slower) {
    both.verdict.reason = "seen again in fresh launches; " + second.verdict.reason;
    return both;
  }
  both.decided = true;
  both.verdict.outcome = Outcome::undecided;
  both.verdict.reason = "slower in the first session, and " + to_string(second.verdict.outcome) +
                        " when it was measured again in fresh launches" +
                        (second.verdict.reason.empty() ? "" : ": " + second.verdict.reason);
  return both;
}

}  // namespace

SuiteRule confirmation_rule(const SuiteRule& rule, std::size_t alarms, double confirm_error) {
  SuiteRule second = rule;
  second.case_error = confirm_error;
  constexpr double questions = 2;  // of a case, at most: with so much in all, each has `confirm_error`
  second.suite_error = confirm_error * questions * static_cast<double>(std::max<std::size_t>(alarms, 1));
  return second;
}

CaseJudgement confirm(const CaseJudgement& first, const CaseJudgement& second) {
  CaseJudgement both = first;
  both.paired = confirm_rule(first.paired, second.paired);
  if (first.tail && second.tail) both.tail = confirm_rule(*first.tail, *second.tail);
  return both;
}

}  // namespace assay
