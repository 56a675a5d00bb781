// SPDX-License-Identifier: Apache-2.0
#include "harness/trials/paired_trial.h"

#include <utility>

#include "harness/core/error.h"
#include "harness/trials/paired_session.h"

namespace assay::trials {

namespace {

void check(const std::vector<PairedCase>& cases, const TrialSettings& settings) {
  if (settings.rule.batch < 2 || settings.rule.batch % 2 != 0) {
    throw Error(ErrorCode::internal,
                "a batch of pairs is not of blocks of two: " + std::to_string(settings.rule.batch));
  }
  for (const PairedCase& wanted : cases) {
    if (!wanted.pairs.empty())
      throw Error(ErrorCode::internal, "a trial begins without pairs: " + wanted.key);
  }
}

/// Alarms stand where their second session could not be measured to its end, and say so.
void not_again(CaseJudgement& judgement, const std::string& why) {
  const auto add = [&](RuleJudgement& judged) {
    if (judged.verdict.outcome == Outcome::slower) judged.verdict.reason += "; not measured again: " + why;
  };
  add(judgement.paired);
  if (judgement.tail) add(*judgement.tail);
}

/// The second session, of alarms alone.
void measure_again(PairedTrial& trial, const std::vector<PairedCase>& asked, const TrialSettings& settings,
                   const Measurer& measure, const TrialHooks& hooks, Spent& spent) {
  std::vector<Measured> alarms;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (trial.cases[i].judgement.is_alarm()) alarms.push_back({i, &trial.cases[i], asked[i]});
  }
  if (alarms.empty()) return;
  PairedSession session(alarms, confirmation_rule(settings.rule, alarms.size()), settings, 1, measure, hooks,
                        spent);
  if (!trial.interrupted) session.run();
  trial.interrupted = trial.interrupted || session.interrupted();
  for (Measured& alarm : alarms) {
    CaseTrial& of = trial.cases[alarm.index];
    if (trial.interrupted && (alarm.measuring || alarm.ending == Ending::interrupted)) {
      of.not_again = "interrupted";
    } else if (alarm.ending == Ending::budget) {
      of.not_again = "the budget is spent";
      trial.out_of_budget = true;
    } else if (alarm.ending == Ending::failed) {
      of.not_again = of.last_failure.empty() ? "a side failed" : of.last_failure;
    } else {
      of.judgement = confirm(of.judgement, alarm.judgement);
    }
    if (!of.not_again.empty()) not_again(of.judgement, of.not_again);
    if (!alarm.evidence.pairs.empty()) of.second = std::move(alarm.evidence);
  }
}

}  // namespace

std::string to_string(Ending ending) {
  switch (ending) {
    case Ending::decided:
      return "decided";
    case Ending::futile:
      return "futile";
    case Ending::most_pairs:
      return "most pairs";
    case Ending::failed:
      return "failed";
    case Ending::budget:
      return "budget";
    case Ending::interrupted:
      return "interrupted";
  }
  return {};
}

PairedTrial run_paired_trial(std::vector<PairedCase> cases, const TrialSettings& settings,
                             const Measurer& measure, const TrialHooks& hooks) {
  check(cases, settings);
  PairedTrial trial;
  trial.cases.resize(cases.size());
  std::vector<Measured> measured;
  measured.reserve(cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) measured.push_back({i, &trial.cases[i], cases[i]});

  Spent spent{settings.budget_s, 0, 0};
  PairedSession session(measured, settings.rule, settings, 0, measure, hooks, spent);
  session.run();
  trial.interrupted = session.interrupted();
  for (Measured& each : measured) {
    CaseTrial& of = trial.cases[each.index];
    of.evidence = std::move(each.evidence);
    of.judgement = std::move(each.judgement);
    of.ending = each.ending;
    trial.out_of_budget = trial.out_of_budget || each.ending == Ending::budget;
  }
  if (settings.rerun) measure_again(trial, cases, settings, measure, hooks, spent);
  trial.launches = spent.launches;
  trial.took_s = spent.took_s;
  return trial;
}

}  // namespace assay::trials
