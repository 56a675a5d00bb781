// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/run/execute.h"
#include "harness/trials/paired_trial.h"

/// Every case of a run against itself: the loop of paired_trial.h, whose launches are stored.
namespace assay::trials {

struct CalibrateSettings {
  SuiteRule rule{};  ///< `most_pairs`: of a session
  int sessions = 3;
  double budget_s = 0;  ///< of all sessions, in the seconds of launches; 0: no limit
  double pause_s = 0;   ///< between sessions
  std::uint64_t seed = 1;
};

/// What is told before each launch.
struct CalibrateProgress {
  const PlannedCase* planned = nullptr;
  int session = 0;
  int sessions = 0;
  std::size_t done = 0;  ///< launches
  std::size_t all = 0;
  double eta_s = 0;
};

struct CalibrateOutcome {
  run::Outcome run;
  bool out_of_budget = false;         ///< some session of a case has fewer pairs for it
  std::vector<std::string> failures;  ///< cases that do not run, and why; one a case and session
};

/// Measures all sessions into one stored run, each in an order of its own; a case goes on to the most pairs,
/// decided or not. Launch::index says where a launch stands (CalibrationPlace). What is left of the budget is
/// shared by the sessions to come. What `execute` says of locks, failures and interruption holds. \throws
/// Error{usage} before anything is measured where the error budget could never alarm, and what `execute`
/// throws.
CalibrateOutcome run_calibrate(run::Execution& execution, const CalibrateSettings& settings, Store& store,
                               const run::Progress& progress,
                               const std::function<void(const CalibrateProgress&)>& begin);

}  // namespace assay::trials
