// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/run/execute.h"
#include "harness/trials/paired_trial.h"

/// A paired trial of two workers: the loop of paired_trial.h, with launches of a stored run.
namespace assay::trials {

/// One case of a run on both sides: ordinals in its plan.
struct Sides {
  std::int64_t base = 0;
  std::int64_t candidate = 0;
};

struct AbSettings {
  TrialSettings trial{};
  std::function<double(const PlannedCase&)> effect{};       ///< smallest of interest; empty: PairedCase's
  std::function<double(const PlannedCase&)> tail_effect{};  ///< the same of the share of slow requests
  std::function<std::optional<double>(const PlannedCase&)> detectable{};  ///< here, where that is known
  std::function<void(Side, int pair)> before_launch{};                    ///< may be empty
  bool times = true;              ///< judge times at all; else a launch of each side, and exact counts
  bool tail = false;              ///< judge tails of cases whose calls are timed one by one, too
  std::string exact{};            ///< lane of exact counts, one launch a side; empty: none
  bool exact_everywhere = false;  ///< of every case, before times; else of short ones that changed or are not
                                  ///< decided, where it explains
};

/// What is told before each launch.
struct AbProgress {
  const PlannedCase* planned = nullptr;
  Side side = Side::base;
  int pair = 0;
  std::size_t measuring = 0;  ///< cases that are not decided yet
  std::size_t cases = 0;
  int launches = 0;      ///< made so far
  double longest_s = 0;  ///< what is left at most, by what launches took so far
};

struct AbOutcome {
  PairedTrial trial;  ///< its cases are in the order of `sides`
  run::Outcome run;
};

/// Measures and judges `sides` of `execution.run`, which is stored with all launches: of a pair, both have
/// its number as index (second session: from `second_session` on). What `execute` says of locks, failures and
/// interruption holds. \throws what `execute` throws.
AbOutcome run_ab(run::Execution& execution, const std::vector<Sides>& sides, const AbSettings& settings,
                 Store& store, const run::Progress& progress,
                 const std::function<void(const AbProgress&)>& begin);
inline constexpr int second_session = 1000;

}  // namespace assay::trials
