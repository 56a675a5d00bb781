// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/core/collector.h"
#include "harness/core/error.h"
#include "harness/core/run.h"
#include "harness/run/expected.h"
#include "harness/run/limits.h"
#include "harness/run/worker.h"
#include "harness/stats/metric_group.h"

namespace assay::run {

struct LaunchRequest {
  const PlannedCase& planned;
  const WorkerInfo& worker;
  int index = 0;
  std::uint64_t seed = 1;
  std::vector<int> cpus;  ///< one for each thread of the case
  LaunchLimits limits;
  std::vector<std::string> collectors;           ///< inside the worker, in the timing lane
  std::span<const stats::MetricGroup> groups{};  ///< likewise; what is derived from them becomes readings
  AroundCollector* around = nullptr;  ///< set: a launch of the exact lane, one call, no warm-up rules
  std::string lane = "timing";
  const WorkerInfo* referee = nullptr;  ///< whose `reference` makes the expected result; null: the worker's
};

/// A launch that begins now: what is known of it before its worker says anything (it may crash first, and a
/// launch that is not tried has the worker as its subject all the same: else its case would have two).
Launch new_launch(const PlannedCase& planned, const WorkerInfo& worker, int index, const std::string& lane);

struct EndedLaunch {
  Launch launch;  ///< what is to be stored
  /// The worker calls the case a mistake of the user (its error codes `usage` and `bad_input`): another
  /// launch of it would end alike. `launch` is then failed, with the same reason.
  std::optional<Error> mistake;
};

/// Runs one launch from start to end: it never throws for what a worker does (that is status and reason),
/// only for faults of ours and for Error{interrupted}.
///
/// start -> hello -> prepare -> verify -> pilot call -> warm-up until judge_warmup is content -> samples
/// until judge_stop is -> verify again -> one call -> verify that -> bye. A result that differs from the
/// expected one makes the launch `invalid`.
///
/// A launch of the timing lane that ends well has the readings of harness/run/contention.h, from its start to
/// its end (`host.foreign_cpu`, `host.contended`, ...); and `warmup.unsettled`, not_counted with the reason,
/// where warming up ran out of time, `result.not_finite` where no value of an output is
/// finite; of a board on a serial line `meter.energy` (power_meter.h), or why there is none. In the exact
/// lane a launch that is lost has its collector's metrics, likewise with the reason. In any lane
/// `worker.exit`, likewise, is how a worker ended that did not end well after `bye`.
EndedLaunch run_launch(const LaunchRequest& request, ExpectedResults& expected);

}  // namespace assay::run
