// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/gate_evidence.h"

#include <algorithm>
#include <map>
#include <span>

#include "harness/judge/figures.h"
#include "harness/judge/sessions.h"

namespace assay {

namespace {

ResultRow row_of(const CaseEvidence& of, const SideEvidence& side, const std::string& run, const char* name) {
  ResultRow row;
  row.run = run;
  row.side = name;
  row.case_key = of.key;
  row.value = parse_case(of.key);
  row.params = of.params;
  row.status = side.status;
  row.reason = side.reason;
  row.verified = side.verified;
  row.metrics = side.metrics;
  return row;
}

/// Alarms that were measured again are judged by both sessions. `firsts`, as the policy has them, and
/// `judged`: by the index of their case.
void judge_again(const std::vector<const CaseEvidence*>& measured, const std::vector<PairedCase>& firsts,
                 const SuiteRule& rule, std::vector<CaseJudgement>& judged) {
  std::vector<std::size_t> alarms;
  std::vector<PairedCase> again;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    if (!judged[i].is_alarm()) continue;
    alarms.push_back(i);
    PairedCase second = firsts[i];
    second.pairs.clear();
    if (measured[i]->second) second.pairs = measured[i]->second->pairs;
    if (measured[i]->second) second.tail = measured[i]->second->tail;
    again.push_back(std::move(second));
  }
  if (alarms.empty()) return;
  const auto seconds = judge_suite(again, confirmation_rule(rule, alarms.size()));
  for (std::size_t k = 0; k < alarms.size(); ++k) {
    const CaseEvidence& of = *measured[alarms[k]];
    CaseJudgement& judgement = judged[alarms[k]];
    // An alarm that nobody could look at again stands: also one that another policy makes of old evidence.
    const std::string not_again = !of.not_again.empty() ? of.not_again
                                  : of.second           ? ""
                                                        : "there is no second session";
    if (not_again.empty()) {
      judgement = confirm(judgement, seconds[k]);
      continue;
    }
    for (auto* verdict : {&judgement.paired.verdict, judgement.tail ? &judgement.tail->verdict : nullptr}) {
      if (verdict != nullptr && verdict->outcome == Outcome::slower)
        verdict->reason += "; not measured again: " + not_again;
    }
  }
}

/// Too many launches that came to nothing: what is left of them is a choice, not a sample.
bool lost_too_many(const CaseEvidence& of) {
  constexpr int fewest = 3;
  constexpr int share = 5;  // one in five
  const auto pairs = [](const std::optional<PairedCase>& session) {
    return session ? static_cast<int>(session->pairs.size()) : 0;
  };
  return of.lost >= fewest && share * of.lost > 2 * (pairs(of.first) + pairs(of.second)) + of.lost;
}

/// Why the times of a measured case are judged nowhere; empty: they are.
std::string why_not_judged(const CaseEvidence& of) {
  if (!of.first) return "";
  for (const auto& [side, name] :
       {std::pair{&of.base, "the base"}, std::pair{&of.candidate, "the new side"}}) {
    // (Skipped: the budget, or who interrupted it, left nothing for it. That is undecided.)
    const bool valid = !*side || (*side)->status == Status::ok || (*side)->status == Status::skipped;
    if (!valid) return std::string(name) + " is " + to_string((*side)->status) + ": " + (*side)->reason;
  }
  if (!of.first->failure.empty()) return of.first->failure;
  if (lost_too_many(of)) return std::to_string(of.lost) + " launches were lost, the last: " + of.lost_reason;
  return "";
}

/// `comparison`: one pair a case of the evidence, in its order.
void judge_two_sessions(const GateEvidence& evidence, const Policy& policy, Comparison& comparison) {
  std::vector<SessionQuestion> questions;
  for (std::size_t i = 0; i < evidence.cases.size(); ++i) {
    const CaseEvidence& of = evidence.cases[i];
    for (Verdict& verdict : comparison.pairs[i].verdicts) {
      if (verdict.rule == "session")
        questions.push_back({&verdict, of.calibration ? &*of.calibration : nullptr,
                             effect_of(policy, parse_case(of.key), of.params), of.same_machine_code});
    }
  }
  judge_sessions(questions, policy.budget);
}

/// An alarm of two sessions stands where one more session says so, too, by itself.
void confirm_session(const CaseEvidence& of, double smallest_effect, const SuiteRule& rule,
                     Verdict& verdict) {
  std::string without = of.not_again.empty() ? "there is no second session" : of.not_again;
  if (of.again)
    without = of.again->ci_low && of.again->ci_high ? "" : "too few launches for an interval of the ratio";
  if (!without.empty()) {  // an alarm that nobody could look at again stands
    verdict.reason += "; not measured again: " + without;
    return;
  }
  Verdict second = *of.again;
  const SessionQuestion question{&second, of.calibration ? &*of.calibration : nullptr, smallest_effect};
  judge_sessions(std::span(&question, 1), rule);
  const std::string ratio = ratio_figure(second.ratio.value_or(1)) + "x";
  if (second.outcome == Outcome::slower) {
    verdict.reason += "; so it was once more: " + ratio;
  } else {
    verdict.outcome = Outcome::undecided;
    verdict.reason = "slower at first, but " + ratio + " when it was measured once more: " + second.reason;
  }
}

void confirm_sessions(const GateEvidence& evidence, const Policy& policy, Comparison& comparison) {
  std::vector<std::pair<const CaseEvidence*, Verdict*>> alarms;
  for (std::size_t i = 0; i < evidence.cases.size(); ++i) {
    for (Verdict& verdict : comparison.pairs[i].verdicts) {
      if (verdict.rule == "session" && verdict.outcome == Outcome::slower)
        alarms.emplace_back(&evidence.cases[i], &verdict);
    }
  }
  const SuiteRule rule = confirmation_rule(policy.budget, alarms.size());
  for (const auto& [of, verdict] : alarms)
    confirm_session(*of, effect_of(policy, parse_case(of->key), of->params), rule, *verdict);
}

}  // namespace

Comparison judge(const GateEvidence& evidence, const Policy& policy) {
  std::vector<const CaseEvidence*> measured;
  std::vector<PairedCase> firsts;
  for (const auto& of : evidence.cases) {
    if (!of.first) continue;
    measured.push_back(&of);
    firsts.push_back(*of.first);
    firsts.back().smallest_effect = effect_of(policy, parse_case(of.key), of.params);
    firsts.back().smallest_tail_effect = tail_effect_of(policy, parse_case(of.key), of.params);
  }
  std::vector<CaseJudgement> judged;
  if (!firsts.empty()) judged = judge_suite(firsts, policy.budget);
  if (policy.rerun) judge_again(measured, firsts, policy.budget, judged);

  std::map<const CaseEvidence*, const CaseJudgement*> by_case;
  for (std::size_t i = 0; i < measured.size(); ++i) by_case[measured[i]] = &judged[i];
  Comparison comparison;
  comparison.axis = "subject";
  comparison.base = evidence.against;
  for (const auto& of : evidence.cases) {
    Pair pair;
    pair.key = of.key;
    if (of.base) pair.base = row_of(of, *of.base, evidence.run, "base");
    if (of.candidate) pair.candidate = row_of(of, *of.candidate, evidence.run, "new");
    const std::string stopped = why_not_judged(of);
    if (const auto found = by_case.find(&of); found != by_case.end() && stopped.empty()) {
      pair.verdicts.push_back(found->second->paired.verdict);
      if (found->second->tail) {
        pair.verdicts.push_back(found->second->tail->verdict);
        if (!of.first->tail->threshold_ns) pair.verdicts.back().cause = cause_no_tail;
      }
    }
    if (!stopped.empty()) {
      Verdict verdict;
      verdict.rule = "status";
      verdict.outcome = Outcome::incomparable;
      verdict.reason = stopped;
      pair.verdicts.push_back(std::move(verdict));
    }
    for (const auto& verdict : of.others) pair.verdicts.push_back(verdict);
    for (auto& verdict : pair.verdicts) {
      verdict.against = evidence.against;
      if (of.lost > 0 && stopped.empty() && verdict.rule == "paired")
        verdict.reason += "; " + std::to_string(of.lost) + " launches were lost, the last: " + of.lost_reason;
    }
    comparison.pairs.push_back(std::move(pair));
  }
  judge_two_sessions(evidence, policy, comparison);
  if (policy.rerun) confirm_sessions(evidence, policy, comparison);
  return comparison;
}

GateReport decide(const GateEvidence& evidence, const Policy& policy) {
  const auto is_skipped = [&](const CaseEvidence& of) {
    const Waiver* skip = find_waiver(policy.skips, parse_case(of.key), of.params, evidence.today);
    return skip != nullptr && skip->holds(evidence.today) ? skip : nullptr;
  };
  // A live gate does not measure what its policy skips; another policy, on old evidence, may skip more.
  const bool more =
      !policy.skips.empty() && std::any_of(evidence.cases.begin(), evidence.cases.end(), is_skipped);
  if (more) {
    GateEvidence fewer = evidence;
    std::erase_if(fewer.cases, [&](const CaseEvidence& of) {
      const Waiver* skip = is_skipped(of);
      if (skip != nullptr) fewer.skipped.emplace_back(of.key, skip->reason);
      return skip != nullptr;
    });
    return decide(fewer, policy);
  }
  GateReport report =
      decide(judge(evidence, policy), evidence.skipped, policy, evidence.today, evidence.settled);
  if (!evidence.failure.empty()) report.dead.insert(report.dead.begin(), evidence.failure);
  return report;
}

}  // namespace assay
