// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/core/reading.h"
#include "harness/core/run.h"
#include "harness/run/worker.h"
#include "harness/stats/metric_group.h"

namespace assay::run {

/// What a run's collectors are for one worker.
struct Collecting {
  std::vector<std::string> asked;  ///< that it has and can use, as given: "perf_event:cycles"
  std::vector<Reading> absent;     ///< of each other one, and of each event of a group that needs it: why
};

/// A run may hold workers of many kinds: a collector that this one lacks costs the case nothing. A group's
/// events of one collector are asked for together. Pure.
Collecting collecting_for(const WorkerInfo& worker, const std::vector<std::string>& collectors,
                          std::span<const stats::MetricGroup> groups = {});

/// All metrics that the worker's collectors declare.
std::vector<Metric> declared_metrics(const WorkerInfo& worker);

/// Is every reading of a metric that a collector of the worker declares, or else of the same source as one
/// (an event that a user described), in the declared unit, and none Assay's own? Is every track
/// of a declared metric in its unit?
/// \throws Error{protocol}.
void check_readings(const protocol::Measured& measured, const std::vector<Metric>& declared);

/// Of each collector that was asked for without a single reading of it: its metrics, not counted, because a
/// reader would wait for them in vain. Pure.
std::vector<Reading> never_sent(const WorkerInfo& worker, const Collecting& collecting,
                                const std::vector<Reading>& sent);

/// Adds what the groups derive from the launch's readings. `mean_call_ns`: of the calls that these are of.
void add_derived(Launch& launch, const Params& params, std::span<const stats::MetricGroup> groups,
                 std::optional<double> mean_call_ns);

/// The name in "perf_event:cycles,instructions".
std::string collector_name(const std::string& asked);
/// Its events; they may hold colons themselves: "papi:perf::PAGE-FAULTS".
std::vector<std::string> collector_events(const std::string& asked);

/// Which direction is better is what the metric's declaration says.
void set_directions(std::vector<Reading>& readings, const std::vector<Metric>& declared);

/// Counts of a tool are of the path that the code took there: said with each, beside what its reason says.
void name_isa(std::vector<Reading>& readings, const std::string& isa);

}  // namespace assay::run
