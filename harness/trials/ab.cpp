// SPDX-License-Identifier: Apache-2.0
#include "harness/trials/ab.h"

#include <algorithm>
#include <map>

#include "harness/core/error.h"
#include "harness/run/interrupt.h"
#include "harness/run/launcher.h"
#include "harness/run/machine_code.h"
#include "harness/trials/launch_outcome.h"

namespace assay::trials {

namespace {

using run::Execution;

/// Whether both sides execute the same machine code, as far as that is known.
bool is_same_code(const Execution& execution, const PlannedCase& base, const PlannedCase& candidate) {
  const std::string old_code = run::machine_code_of(run::worker_of(execution, base), base.value);
  return !old_code.empty() &&
         old_code == run::machine_code_of(run::worker_of(execution, candidate), candidate.value);
}

/// Of a budget, kept for exact counts that explain what changed or is not decided.
constexpr double exact_share = 0.1;

class AbTrial {
 public:
  AbTrial(Execution& execution, const std::vector<Sides>& sides, const AbSettings& settings, Store& store,
          const run::Progress& progress, const std::function<void(const AbProgress&)>& begin)
      : sides_(sides), settings_(settings), progress_(progress), begin_(begin), launcher_(execution, store) {
    for (const auto& planned : execution.run.plan) plan_[planned.ordinal] = &planned;
    told_.cases = sides.size();
    told_.measuring = sides.size();
    for (const auto& side : sides) {
      PairedCase one;
      one.key = to_string(plan_.at(side.base)->value);
      one.against = execution.run.id;
      if (settings.effect) one.smallest_effect = settings.effect(*plan_.at(side.base));
      if (settings.tail_effect) one.smallest_tail_effect = settings.tail_effect(*plan_.at(side.base));
      if (settings.detectable) one.detectable = settings.detectable(*plan_.at(side.base));
      one.same_machine_code = is_same_code(execution, *plan_.at(side.base), *plan_.at(side.candidate));
      if (settings.tail) one.tail.emplace();
      cases_.push_back(std::move(one));
    }
  }

  PairedTrial run(run::Outcome& outcome) {
    outcome_ = &outcome;
    TrialHooks hooks;
    hooks.stop = [] { return run::interrupt_signal() != 0; };
    hooks.after_launch = [this](const TrialProgress& at) {
      told_.measuring = at.measuring;
      told_.launches = at.launches;
    };
    // What the policy judges by counts is counted first, so that the budget is there for it.
    if (settings_.exact_everywhere) {
      for (std::size_t i = 0; i < cases_.size() && count_sides(i); ++i) {
      }
    }
    if (!settings_.times) return run_once();
    TrialSettings timed = settings_.trial;
    if (timed.budget_s > 0) timed.budget_s = std::max(timed.budget_s - took_s_, 1e-9);
    if (explains()) timed.budget_s *= 1 - exact_share;
    PairedTrial trial = run_paired_trial(
        cases_, timed, [this](const LaunchOrder& order) { return launch(order); }, hooks);
    if (explains()) explain(trial);
    return trial;
  }

 private:
  const PlannedCase& planned(std::size_t index, Side side) const {
    return *plan_.at(side == Side::base ? sides_[index].base : sides_[index].candidate);
  }

  LaunchOutcome launch(const LaunchOrder& order) {
    const PlannedCase& item = planned(order.case_index, order.side);
    told_.planned = &item;
    told_.side = order.side;
    told_.pair = order.pair;
    told_.longest_s = longest_s();
    if (begin_) begin_(told_);
    if (settings_.before_launch) settings_.before_launch(order.side, order.pair);
    const auto [launch, mistake] =
        launcher_.launch(item, order.session * second_session + order.pair, "timing");
    ++outcome_->launches;
    if (progress_.end) progress_.end(item, launch);
    if (mistake) throw *mistake;  // as any command line that is wrong
    const LaunchOutcome seen = outcome_of(launch);
    took_s_ += seen.took_s;
    ++launches_;
    return seen;
  }

  /// If every case that is still measured takes all pairs.
  double longest_s() const {
    if (launches_ == 0) return 0;
    const double all = 2.0 * settings_.trial.rule.most_pairs * static_cast<double>(told_.cases);
    const double worst_s =
        took_s_ / launches_ *
        std::max(0.0,
                 all * static_cast<double>(told_.measuring) / static_cast<double>(told_.cases) - launches_);
    const double budget_s = settings_.trial.budget_s;
    return budget_s > 0 ? std::clamp(budget_s - took_s_, 0.0, worst_s) : worst_s;
  }

  /// Whether exact counts are asked for as evidence alone.
  bool explains() const { return !settings_.exact.empty() && !settings_.exact_everywhere; }

  /// What the exact lane says of a case: of those that changed first, then of those that are not decided.
  void explain(const PairedTrial& trial) {
    for (const bool changed : {true, false}) {
      for (std::size_t i = 0; i < trial.cases.size(); ++i) {
        const CaseTrial& one = trial.cases[i];
        const Outcome seen = one.judgement.paired.verdict.outcome;
        if (one.ending == Ending::failed || changed != (seen == Outcome::slower || seen == Outcome::faster))
          continue;
        // What takes a second takes a minute and more under the tool: only where the policy asks.
        constexpr double longest_ns = 1e9;
        const bool is_short = !one.evidence.pairs.empty() && one.evidence.pairs.front().base < longest_ns;
        if (is_short && (changed || seen == Outcome::undecided) && !count_sides(i)) return;
      }
    }
  }

  /// Times are not judged: a launch of each side says that it runs, and that its result is right.
  PairedTrial run_once() {
    PairedTrial trial;
    std::vector<PairedCase> evidence;
    for (std::size_t i = 0; i < cases_.size(); ++i) {
      trial.cases.push_back(launch_once(i));
      trial.launches += trial.cases.back().launches;
      trial.took_s += trial.cases.back().took_s;
      evidence.push_back(trial.cases.back().evidence);
    }
    trial.interrupted = run::interrupt_signal() != 0;
    if (evidence.empty()) return trial;
    const std::vector<CaseJudgement> judged = judge_suite(evidence, settings_.trial.rule);
    for (std::size_t i = 0; i < judged.size(); ++i) trial.cases[i].judgement = judged[i];
    return trial;
  }

  CaseTrial launch_once(std::size_t index) {
    CaseTrial one;
    one.evidence = cases_[index];
    std::optional<double> base, candidate;
    for (const Side side : {Side::base, Side::candidate}) {
      if (run::interrupt_signal() != 0) break;
      const LaunchOutcome seen = launch({.case_index = index, .side = side});
      ++one.launches;
      one.took_s += seen.took_s;
      (side == Side::base ? base : candidate) = seen.value;
      if (seen.value) continue;
      ++one.failed_launches;
      one.last_failure = seen.reason;
      one.ending = Ending::failed;
      one.evidence.failure =
          (side == Side::base ? "the base failed: " : "the new side failed: ") + seen.reason;
    }
    if (base && candidate) one.evidence.pairs.push_back({.base = *base, .candidate = *candidate});
    return one;
  }

  /// False: there is no time for more.
  bool count_sides(std::size_t index) {
    for (const Side side : {Side::base, Side::candidate}) {
      const double budget_s = settings_.trial.budget_s;
      const bool spent = budget_s > 0 && took_s_ >= budget_s;
      if (run::interrupt_signal() != 0 || spent) return false;
      const auto [launch, mistake] = launcher_.launch(planned(index, side), 0, settings_.exact);
      took_s_ += outcome_of(launch).took_s;
      ++outcome_->launches;
    }
    return true;
  }

  const std::vector<Sides>& sides_;
  const AbSettings& settings_;
  const run::Progress& progress_;
  const std::function<void(const AbProgress&)>& begin_;
  run::Launcher launcher_;
  std::map<std::int64_t, const PlannedCase*> plan_;
  std::vector<PairedCase> cases_;
  run::Outcome* outcome_ = nullptr;
  AbProgress told_;
  double took_s_ = 0;
  int launches_ = 0;
};

}  // namespace

AbOutcome run_ab(run::Execution& execution, const std::vector<Sides>& sides, const AbSettings& settings,
                 Store& store, const run::Progress& progress,
                 const std::function<void(const AbProgress&)>& begin) {
  AbOutcome outcome;
  outcome.run = run::execute(execution, store, progress, [&](run::Outcome& run) {
    outcome.trial = AbTrial(execution, sides, settings, store, progress, begin).run(run);
  });
  return outcome;
}

}  // namespace assay::trials
