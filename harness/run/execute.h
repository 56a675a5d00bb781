// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/collector.h"
#include "harness/core/error.h"
#include "harness/core/run.h"
#include "harness/run/limits.h"
#include "harness/run/plan.h"
#include "harness/run/worker.h"
#include "harness/stats/metric_group.h"
#include "harness/store/store.h"

namespace assay::run {

/// Everything that a run needs beside the stored Run itself.
struct Execution {
  Run run;  ///< with plan and settings; stored before the first launch
  std::vector<WorkerInfo> workers;
  LaunchLimits limits;
  /// Collectors around the launch (the exact lane), by name without events: one launch a case each.
  std::map<std::string, std::unique_ptr<AroundCollector>> around;
  /// Metric groups that the run asks for ("group:CPI" in run.settings.collectors): their events are counted
  /// in every timing launch, and what is derived from them is stored beside.
  std::vector<stats::MetricGroup> groups;
  /// The run is in the store already: measure what is missing. One that is complete stays as it is.
  bool resume = false;
};

/// What is told while a run goes on. Any may be empty.
struct Progress {
  std::function<void(const std::string& note)>
      note;  ///< waiting for the host, a launch lost, a foreign load seen
  std::function<void(const PlannedCase& planned, int launch, std::size_t done, std::size_t all, double eta_s)>
      begin;
  std::function<void(const PlannedCase& planned, const Launch& launch)> end;
};

struct Outcome {
  std::string run_id;
  std::size_t launches = 0;  ///< stored by this call
  std::size_t skipped = 0;   ///< not reached: budget
  /// By plan ordinal: what a worker called the user's mistake. The case has one failed launch, and the others
  /// are skipped.
  std::map<std::int64_t, Error> mistakes;
  int interrupted_by = 0;  ///< signal, or 0
  double wall_s = 0;       ///< of the launches, from the first start to the last end
  double worker_s = 0;     ///< of it, the workers' own prepare, verify, warm-up and measure
};

/// Runs the plan: launch by launch in random order, each stored in its own transaction as soon as it ends. A
/// worker that fails costs one launch. Whoever calls it has an InterruptGuard. Holds the host lock while it
/// measures (where the workers are here: of a far host there is none). \throws Error of the store or of ours;
/// what was stored stays stored, and the run is marked interrupted.
Outcome execute(Execution& execution, Store& store, const Progress& progress);

/// The same of another order of launches: `measure` makes them (with a Launcher) while the run is stored, the
/// host locked, and the run's end noted whatever happens.
Outcome execute(Execution& execution, Store& store, const Progress& progress,
                const std::function<void(Outcome&)>& measure);

}  // namespace assay::run
