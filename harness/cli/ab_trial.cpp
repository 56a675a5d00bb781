// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/ab_trial.h"

#include <algorithm>
#include <functional>
#include <map>

#include "harness/answers/calibration.h"
#include "harness/answers/results.h"
#include "harness/cli/progress.h"
#include "harness/cli/run_collectors.h"
#include "harness/core/error.h"
#include "harness/store/store.h"

namespace assay::cli {

namespace {

/// The results of one side of the run.
std::vector<ResultRow> rows_of(const Store& store, const Run& run, const std::vector<LaunchSummary>& launches,
                               const std::string& worker) {
  Run side = run;
  std::erase_if(side.plan, [&](const PlannedCase& planned) { return planned.worker != worker; });
  return results(store, side, launches);
}

const ResultRow& row_of(const std::vector<ResultRow>& rows, const std::string& key) {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const ResultRow& row) { return row.case_key == key; });
  if (found == rows.end()) throw Error(ErrorCode::internal, "no result of " + key + " was stored");
  return *found;
}

SideEvidence side_of(const ResultRow& row, const std::vector<Verdict>& others) {
  SideEvidence side{.status = row.status, .reason = row.reason, .verified = row.verified, .metrics = {}};
  for (const auto& metric : row.metrics) {
    const bool spoken_of = metric.id == "time.wall.p50" || metric.id == "time.wall.p99" ||
                           std::any_of(others.begin(), others.end(),
                                       [&](const Verdict& verdict) { return verdict.metric == metric.id; });
    if (spoken_of) side.metrics.push_back(metric);
  }
  return side;
}

CaseEvidence evidence_of(const trials::CaseTrial& one, const ResultRow& base, const ResultRow& candidate) {
  CaseEvidence evidence;
  evidence.key = one.evidence.key;
  evidence.params = base.params;
  evidence.first = one.evidence;
  evidence.second = one.second;
  evidence.not_again = one.not_again;
  evidence.lost = one.failed_launches;
  evidence.lost_reason = one.last_failure;
  for (auto& verdict : judge_pair(base, candidate, "subject", base.run)) {
    if (is_exact(verdict.metric)) evidence.others.push_back(std::move(verdict));
  }
  evidence.base = side_of(base, evidence.others);
  evidence.candidate = side_of(candidate, evidence.others);
  return evidence;
}

trials::AbSettings settings_of(AbPlan& plan, const Policy& policy, const Context& context) {
  trials::AbSettings settings;
  settings.trial.rule = policy.budget;
  settings.trial.rerun = policy.rerun;
  settings.trial.seed = plan.execution.run.settings.seed;
  settings.trial.budget_s = plan.execution.run.settings.budget_s;
  settings.tail = policy.tail;
  settings.times = policy.median || policy.tail;
  settings.before_launch = plan.before_launch;
  settings.effect = [&policy](const PlannedCase& planned) {
    return effect_of(policy, planned.value, planned.params);
  };
  settings.tail_effect = [&policy](const PlannedCase& planned) {
    return tail_effect_of(policy, planned.value, planned.params);
  };
  // Exact instructions explain a change where the tool is here; where the policy judges them it must be.
  const std::string exact =
      policy.exact.empty() ? "" : policy.exact.front().substr(0, policy.exact.front().find('.'));
  if (!exact.empty()) {
    auto& asked = plan.execution.run.settings.collectors;
    if (std::find(asked.begin(), asked.end(), exact) == asked.end()) asked.push_back(exact);
  }
  choose_collectors(plan.execution, context.settings, {"callgrind", "perf_event:cycles"});
  settings.exact_everywhere = !exact.empty();
  if (!plan.execution.around.empty()) settings.exact = plan.execution.around.begin()->first;
  return settings;
}

/// Takes the cases out of which `out` says so, on both sides.
void take_out(AbPlan& plan, const std::function<bool(const PlannedCase&)>& out) {
  auto& planned = plan.execution.run.plan;
  std::map<std::int64_t, const PlannedCase*> by_ordinal;
  for (const auto& one : planned) by_ordinal[one.ordinal] = &one;
  std::vector<std::int64_t> gone;
  std::erase_if(plan.sides, [&](const trials::Sides& sides) {
    if (!out(*by_ordinal.at(sides.base))) return false;
    gone.insert(gone.end(), {sides.base, sides.candidate});
    return true;
  });
  std::erase_if(planned, [&](const PlannedCase& one) {
    return std::find(gone.begin(), gone.end(), one.ordinal) != gone.end();
  });
}

}  // namespace

std::vector<std::pair<std::string, std::string>> skip_cases(AbPlan& plan, const Policy& policy, Day today) {
  std::vector<std::pair<std::string, std::string>> skipped;
  take_out(plan, [&](const PlannedCase& one) {
    const Waiver* waiver = find_waiver(policy.skips, one.value, one.params, today);
    if (waiver == nullptr || !waiver->holds(today)) return false;
    skipped.emplace_back(
        to_string(one.value),
        waiver->reason + (waiver->until ? " (until " + to_string(*waiver->until) + ")" : ""));
    return true;
  });
  return skipped;
}

void keep_case(AbPlan& plan, const std::string& key) {
  take_out(plan, [&](const PlannedCase& one) { return to_string(one.value) != key; });
  std::erase_if(plan.alone, [&](const Pair& pair) { return pair.key != key; });
}

CaseEvidence evidence_of(const Pair& pair) {
  CaseEvidence evidence;
  evidence.key = pair.key;
  evidence.params = (pair.candidate ? *pair.candidate : *pair.base).params;
  evidence.others = pair.verdicts;
  evidence.same_machine_code =
      pair.base && pair.candidate && is_same_machine_code(*pair.base, *pair.candidate);
  if (pair.base) evidence.base = side_of(*pair.base, evidence.others);
  if (pair.candidate) evidence.candidate = side_of(*pair.candidate, evidence.others);
  return evidence;
}

MeasuredSides measure_sides(AbPlan& plan, const Policy& policy, const std::string& against,
                            Context& context) {
  if (plan.sides.empty())
    throw Error(ErrorCode::unavailable, "the two sides have no case in common that is to be measured",
                plan.alone.empty()
                    ? "see what each offers with 'assay run --dry-run'"
                    : plan.alone.front().key + ": " + plan.alone.front().verdicts.front().reason);
  trials::AbSettings settings = settings_of(plan, policy, context);
  Store store = Store::open(context.settings.database(), Store::Mode::create);
  const auto calibrations = known_calibrations(store, plan.execution.run.host.class_id());
  settings.detectable = [&](const PlannedCase& planned) {
    const Calibration* known = find_calibration(calibrations, to_string(planned.value));
    return known == nullptr ? std::nullopt : known->detectable;
  };
  Reporter reporter(context.terminal);
  auto outcome = trials::run_ab(plan.execution, plan.sides, settings, store, reporter.callbacks(),
                                [&](const trials::AbProgress& at) { reporter.trial(at); });
  context.terminal.clear_status();
  MeasuredSides measured;
  measured.run = store.load_run(outcome.run.run_id);
  measured.trial = std::move(outcome.trial);
  measured.interrupted_by = outcome.run.interrupted_by;
  const auto launches = store.load_summaries(measured.run.id);
  measured.base = rows_of(store, measured.run, launches, plan.execution.workers[0].spec.id);
  measured.candidate = rows_of(store, measured.run, launches, plan.execution.workers[1].spec.id);
  measured.evidence.against = against;
  measured.evidence.run = measured.run.id;
  measured.evidence.today = day_of(now_utc_ms());
  if (measured.interrupted_by != 0) measured.evidence.failure = "it was interrupted";
  for (const auto& one : measured.trial.cases) {
    const std::string& key = one.evidence.key;
    measured.evidence.cases.push_back(
        evidence_of(one, row_of(measured.base, key), row_of(measured.candidate, key)));
  }
  for (Pair pair : plan.alone) measured.evidence.cases.push_back(evidence_of(pair));
  return measured;
}

Comparison with_rows(Comparison comparison, const MeasuredSides& measured) {
  const auto replace = [](std::optional<ResultRow>& row, const std::vector<ResultRow>& rows) {
    if (!row) return;
    for (const auto& whole : rows) {
      if (whole.case_key == row->case_key) row = whole;
    }
  };
  for (auto& pair : comparison.pairs) {
    replace(pair.base, measured.base);
    replace(pair.candidate, measured.candidate);
  }
  return comparison;
}

}  // namespace assay::cli
