// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/gate_stored.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "harness/answers/calibration.h"
#include "harness/answers/compare.h"
#include "harness/answers/results.h"
#include "harness/cli/ab_trial.h"
#include "harness/cli/gate_settled.h"
#include "harness/cli/measure.h"
#include "harness/core/error.h"
#include "harness/core/run.h"
#include "harness/run/environment.h"
#include "harness/run/interrupt.h"
#include "harness/run/topology.h"

namespace assay::cli {

namespace {

const Verdict* session_verdict(const std::vector<Verdict>& verdicts) {
  const auto found = std::find_if(verdicts.begin(), verdicts.end(),
                                  [](const Verdict& verdict) { return verdict.rule == "session"; });
  return found == verdicts.end() ? nullptr : &*found;
}

/// Indices of the cases whose time is slower.
std::vector<std::size_t> alarms_of(const GateEvidence& evidence, const Policy& policy) {
  const Comparison judged = judge(evidence, policy);
  std::vector<std::size_t> alarms;
  for (std::size_t i = 0; i < evidence.cases.size(); ++i) {
    const Verdict* verdict = session_verdict(judged.pairs[i].verdicts);
    if (policy.median && verdict != nullptr && verdict->outcome == Outcome::slower) alarms.push_back(i);
  }
  return alarms;
}

/// The run that is judged, and which binary gave each pair's new side.
struct First {
  Run run;
  std::map<std::string, std::string> binaries;
};

First load_first(const std::string& run, const StoredBase& base, const Context& context) {
  const Store store = Store::open(context.settings.database(), Store::Mode::read_only);
  First first{store.load_run(run), {}};
  for (const auto& pair : compare_runs(base.rows, new_side(results(store, run))).pairs) {
    if (pair.candidate) first.binaries[pair.key] = pair.candidate->subject.binary;
  }
  return first;
}

/// The run's cases of these names, measured as it was. \returns the rows of the new run. \throws Error where
/// that cannot be done.
std::vector<ResultRow> measure_as(const Run& stored, const std::vector<std::string>& cases,
                                  const std::string& budget, Context& context) {
  if (stored.settings.more.contains("trial.kind"))
    throw Error(ErrorCode::unavailable, "its run is a trial of two sides");
  if (stored.host.class_id() != run::read_host(run::read_topology()).class_id())
    throw Error(ErrorCode::unavailable, "its run was measured on another class of hosts");
  RunOptions options;
  options.selectors = cases;
  options.inputs = stored.settings.inputs;
  options.labels = {"again=" + stored.id.substr(0, 8)};
  options.flags.budget = budget;
  options.flags.launches = std::to_string(stored.settings.launches);
  for (const auto& worker : stored.settings.workers) {
    auto& known = context.worker_commands;
    if (std::find(known.begin(), known.end(), worker) == known.end()) known.push_back(worker);
  }
  restore_settings(context.settings, stored.settings);
  std::vector<ResultRow> rows;
  const int code = measure(options, context, [&](const Store& store, const std::string& run) {
    return rows = results(store, run);
  });
  if (code >= 128) throw Error(ErrorCode::interrupted, "it was interrupted");
  return rows;
}

/// What the second session says of a case, or why nothing.
void take_again(CaseEvidence& of, const Pair* pair, const std::string& first_binary) {
  if (pair == nullptr || !pair->base || !pair->candidate) {
    of.not_again = "there is no result of it";
  } else if (pair->candidate->subject.binary != first_binary) {
    of.not_again = "its worker was built anew since";
  } else if (const Verdict* verdict = session_verdict(pair->verdicts)) {
    of.again = *verdict;
  } else {
    of.not_again = pair->verdicts.empty() ? "it has no time" : pair->verdicts.front().reason;
  }
}

}  // namespace

std::vector<std::string> exact_of(const std::vector<ResultRow>& rows) {
  std::set<std::string> ids;
  for (const auto& row : rows) {
    for (const auto& metric : row.metrics) {
      if (is_exact(metric.id) && metric.value && metric.better != Better::neither) ids.insert(metric.id);
    }
  }
  return {ids.begin(), ids.end()};
}

std::vector<ResultRow> new_side(std::vector<ResultRow> rows) {
  std::erase_if(rows, [](const ResultRow& row) { return row.side == "base"; });
  return rows;
}

GateEvidence against_stored(const StoredBase& base, const std::string& asked,
                            const std::vector<std::string>& from, const Policy& policy,
                            const Context& context) {
  const Store store = Store::open(context.settings.database(), Store::Mode::read_only);
  const Run run = store.load_run(store.find_run(asked));
  const auto rows = new_side(results(store, run.id));
  const auto calibrations = known_calibrations(store, run.host.class_id());
  GateEvidence evidence;
  if (run.state != "complete")
    evidence.failure = "run " + run.id.substr(0, 8) + " is " + run.state + ": cases may be missing";
  evidence.against = base.name;
  evidence.run = run.id;
  evidence.today = day_of(now_utc_ms());
  for (auto& pair : compare_runs(base.rows, rows).pairs) {
    const ResultRow& row = pair.candidate ? *pair.candidate : *pair.base;
    const Waiver* waiver = find_waiver(policy.skips, row.value, row.params, evidence.today);
    if (waiver != nullptr && waiver->holds(evidence.today)) {
      evidence.skipped.emplace_back(pair.key, waiver->reason);
      continue;
    }
    for (auto& verdict : pair.verdicts) {
      if (verdict.rule == "host")
        verdict.reason = "another host class: " + class_difference(base.host, run.host);
    }
    evidence.cases.push_back(evidence_of(pair));
    if (const Calibration* known = find_calibration(calibrations, row.case_key))
      evidence.cases.back().calibration = *known;
  }
  const GateCommits commits{base.rows.empty() ? "" : base.rows.front().subject.revision,
                            run.commit ? run.commit->id : ""};
  evidence.settled = settled_between(commits, from, rows, policy, context);
  return evidence;
}

int measure_alarms_again(GateEvidence& evidence, const StoredBase& base, const Policy& policy,
                         const std::string& budget, Context& context) {
  if (!policy.rerun) return 0;
  const std::vector<std::size_t> alarms = alarms_of(evidence, policy);
  if (alarms.empty()) return 0;
  std::vector<std::string> keys;
  for (const std::size_t alarm : alarms) keys.push_back(evidence.cases[alarm].key);
  context.terminal.note(
      fmt::format("{} slower: measured once more",
                  keys.size() == 1 ? "one case is" : fmt::format("{} cases are", keys.size())));
  try {
    const First first = load_first(evidence.run, base, context);
    const auto rows = measure_as(first.run, keys, budget, context);
    const Comparison again = compare_runs(base.rows, rows);
    for (const std::size_t alarm : alarms) {
      CaseEvidence& of = evidence.cases[alarm];
      const auto pair = std::find_if(again.pairs.begin(), again.pairs.end(),
                                     [&](const Pair& one) { return one.key == of.key; });
      take_again(of, pair == again.pairs.end() ? nullptr : &*pair, first.binaries.at(of.key));
    }
  } catch (const Error& error) {  // an alarm that nobody looked at again stands, and says so
    for (const std::size_t alarm : alarms) evidence.cases[alarm].not_again = error.what();
    if (error.code == ErrorCode::interrupted) return 128 + run::interrupt_signal();
  }
  return 0;
}

}  // namespace assay::cli
