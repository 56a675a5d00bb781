// SPDX-License-Identifier: Apache-2.0
#include "harness/trials/calibrate.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "harness/answers/calibration.h"
#include "harness/run/eta.h"
#include "harness/run/interrupt.h"
#include "harness/run/launcher.h"
#include "harness/trials/launch_outcome.h"

namespace assay::trials {

namespace {

class Calibrating {
 public:
  Calibrating(const run::Execution& execution, const CalibrateSettings& settings, Store& store,
              const run::Progress& progress, const std::function<void(const CalibrateProgress&)>& begin)
      : plan_(execution.run.plan),
        settings_(settings),
        progress_(progress),
        begin_(begin),
        launcher_(execution, store) {
    told_.sessions = settings.sessions;
    const int launches = 2 * settings.sessions * settings.rule.most_pairs;
    for (const PlannedCase& planned : plan_) {
      for (int i = 0; i < launches; ++i) eta_.expect(planned.ordinal);
      told_.all += static_cast<std::size_t>(launches);
    }
  }

  void run(CalibrateOutcome& outcome, run::Outcome& run) {
    std::vector<PairedCase> cases;
    for (const PlannedCase& planned : plan_) cases.emplace_back().key = to_string(planned.value);
    TrialHooks hooks;
    hooks.stop = [] { return run::interrupt_signal() != 0; };
    for (int session = 0; session < settings_.sessions && run::interrupt_signal() == 0; ++session) {
      if (session > 0) pause();
      told_.session = session;
      TrialSettings trial;
      trial.rule = settings_.rule;
      trial.to_the_end = true;
      trial.rerun = false;
      trial.seed = settings_.seed + static_cast<std::uint64_t>(session) * 7919;
      if (settings_.budget_s > 0) {
        const double left_s = settings_.budget_s - took_s_;
        outcome.out_of_budget = outcome.out_of_budget || left_s <= 0;
        if (left_s <= 0) return;
        trial.budget_s = left_s / (settings_.sessions - session);
      }
      const PairedTrial done = run_paired_trial(
          cases, trial, [&](const LaunchOrder& order) { return launch(order, session, run); }, hooks);
      outcome.out_of_budget = outcome.out_of_budget || done.out_of_budget;
      for (const CaseTrial& one : done.cases) {
        if (one.ending == Ending::failed)
          outcome.failures.push_back(one.evidence.key + ": " + one.last_failure);
      }
    }
  }

 private:
  void pause() const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(settings_.pause_s);
    while (std::chrono::steady_clock::now() < until && run::interrupt_signal() == 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }

  LaunchOutcome launch(const LaunchOrder& order, int session, run::Outcome& run) {
    const PlannedCase& planned = plan_[order.case_index];
    told_.planned = &planned;
    told_.eta_s = eta_.seconds() + settings_.pause_s * (settings_.sessions - 1 - session);
    if (settings_.budget_s > 0)
      told_.eta_s = std::min(told_.eta_s, std::max(0.0, settings_.budget_s - took_s_));
    if (begin_) begin_(told_);
    const CalibrationPlace place{session, order.pair, order.side == Side::candidate};
    const auto [launch, mistake] = launcher_.launch(planned, place.index(), "timing");
    ++run.launches;
    if (progress_.end) progress_.end(planned, launch);
    if (mistake) throw *mistake;  // as any command line that is wrong
    const LaunchOutcome seen = outcome_of(launch);
    took_s_ += seen.took_s;
    eta_.took(planned.ordinal, seen.took_s);
    ++told_.done;
    return seen;
  }

  const std::vector<PlannedCase>& plan_;
  const CalibrateSettings& settings_;
  const run::Progress& progress_;
  const std::function<void(const CalibrateProgress&)>& begin_;
  run::Launcher launcher_;
  run::Eta eta_;
  CalibrateProgress told_;
  double took_s_ = 0;
};

}  // namespace

CalibrateOutcome run_calibrate(run::Execution& execution, const CalibrateSettings& settings, Store& store,
                               const run::Progress& progress,
                               const std::function<void(const CalibrateProgress&)>& begin) {
  suite_budget(std::vector<PairedCase>(execution.run.plan.size()),
               settings.rule);  // throws while it is early
  CalibrateOutcome outcome;
  outcome.run = run::execute(execution, store, progress, [&](run::Outcome& run) {
    Calibrating(execution, settings, store, progress, begin).run(outcome, run);
  });
  return outcome;
}

}  // namespace assay::trials
