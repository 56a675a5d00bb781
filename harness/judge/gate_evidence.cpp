// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/gate_evidence.h"

#include <map>

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

/// Alarms that were measured again are judged by both sessions. `judged`: by the index of their case.
void judge_again(const std::vector<const CaseEvidence*>& measured, const SuiteRule& rule,
                 std::vector<CaseJudgement>& judged) {
  std::vector<std::size_t> alarms;
  std::vector<PairedCase> again;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    if (!judged[i].is_alarm()) continue;
    alarms.push_back(i);
    PairedCase second = measured[i]->second.value_or(*measured[i]->first);
    if (!measured[i]->second) second.pairs.clear();
    again.push_back(std::move(second));
  }
  if (alarms.empty()) return;
  const auto seconds = judge_suite(again, confirmation_rule(rule, alarms.size()));
  for (std::size_t k = 0; k < alarms.size(); ++k) {
    const CaseEvidence& of = *measured[alarms[k]];
    CaseJudgement& judgement = judged[alarms[k]];
    if (of.not_again.empty()) {
      judgement = confirm(judgement, seconds[k]);
      continue;
    }
    for (auto* verdict : {&judgement.paired.verdict, judgement.tail ? &judgement.tail->verdict : nullptr}) {
      if (verdict != nullptr && verdict->outcome == Outcome::slower)
        verdict->reason += "; not measured again: " + of.not_again;
    }
  }
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
  }
  std::vector<CaseJudgement> judged;
  if (!firsts.empty()) judged = judge_suite(firsts, policy.budget);
  if (policy.rerun) judge_again(measured, policy.budget, judged);

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
    if (const auto found = by_case.find(&of); found != by_case.end()) {
      pair.verdicts.push_back(found->second->paired.verdict);
      if (found->second->tail) pair.verdicts.push_back(found->second->tail->verdict);
    }
    for (const auto& verdict : of.others) pair.verdicts.push_back(verdict);
    for (auto& verdict : pair.verdicts) verdict.against = evidence.against;
    comparison.pairs.push_back(std::move(pair));
  }
  return comparison;
}

GateReport decide(const GateEvidence& evidence, const Policy& policy) {
  GateReport report = decide(judge(evidence, policy), evidence.skipped, policy, evidence.today);
  if (!evidence.failure.empty()) report.dead.insert(report.dead.begin(), evidence.failure);
  return report;
}

}  // namespace assay
