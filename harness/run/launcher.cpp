// SPDX-License-Identifier: Apache-2.0
#include "harness/run/launcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/core/error.h"
#include "harness/run/collecting.h"
#include "harness/run/topology.h"

namespace assay::run {

namespace {

/// The run's collectors without groups and without those that have launches of their own.
std::vector<std::string> inside_collectors(const Execution& execution) {
  std::vector<std::string> names = execution.run.settings.collectors;
  std::erase_if(names, [&](const std::string& name) {
    return execution.around.count(collector_name(name)) != 0 || collector_name(name) == "group";
  });
  return names;
}

}  // namespace

const WorkerInfo& worker_of(const Execution& execution, const PlannedCase& planned) {
  for (const auto& worker : execution.workers) {
    if (worker.spec.id == planned.worker) return worker;
  }
  throw Error(ErrorCode::unavailable,
              fmt::format("the plan names worker '{}', which is not here", planned.worker),
              "give it with --worker, or start a new run");
}

const WorkerInfo& referee_of(const Execution& execution, const PlannedCase& planned) {
  const WorkerInfo& own = worker_of(execution, planned);
  const auto* offer = find_workload(own.hello, planned.value.workload);
  if (offer == nullptr || find_implementation(*offer, "reference", "cpu") != nullptr) return own;
  for (const auto& worker : execution.workers) {
    const auto* other = find_workload(worker.hello, planned.value.workload);
    if (other == nullptr || other->definition.version != offer->definition.version) continue;
    const auto* reference = find_implementation(*other, "reference", "cpu");
    if (reference != nullptr && reference->probe.available) return worker;
  }
  return own;
}

bool is_emulated(const WorkerInfo& worker, const std::string& device) {
  return worker.spec.device == device && device.starts_with("qemu:");
}

bool is_emulated(const Execution& execution, const PlannedCase& planned) {
  return is_emulated(worker_of(execution, planned), planned.value.device);
}

bool counts(const std::string& collector, const Execution& execution, const PlannedCase& planned) {
  return is_emulated(execution, planned) == (collector == emulator_collector);
}

Launcher::Launcher(const Execution& execution, Store& store)
    : execution_(execution),
      store_(store),
      expected_(execution.run.settings.seed, execution.limits),
      inside_(inside_collectors(execution)) {
  if (!execution.resume) return;
  for (const auto& planned : execution.run.plan) {
    for (const auto& launch : store.load_case(execution.run.id, planned.ordinal)) learn(planned, launch);
  }
}

EndedLaunch Launcher::launch(const PlannedCase& planned, int index, const std::string& lane) {
  LaunchRequest request = request_for(planned, index, lane);
  request.limits.stopping =
      measure::repeats_rule(costs_[to_string(planned.value)], static_cast<std::size_t>(planned.launches),
                            execution_.limits.stopping);
  EndedLaunch ended = run_launch(request, expected_);
  store_.add_launch(execution_.run.id, ended.launch);
  learn(planned, ended.launch);
  return ended;
}

void Launcher::learn(const PlannedCase& planned, const Launch& launch) {
  if (launch.status != Status::ok || launch.lane != "timing" || launch.spans.empty()) return;
  const auto total_ns = static_cast<double>(launch.spans.back().end_ns);
  if (const auto cost = measure::launch_cost(launch.samples, total_ns))
    costs_[to_string(planned.value)].push_back(*cost);
}

LaunchRequest Launcher::request_for(const PlannedCase& planned, int index, const std::string& lane) const {
  const auto threads = planned.params.find("threads");
  const bool timing = lane == "timing";
  return {.planned = planned,
          .worker = worker_of(execution_, planned),
          .index = index,
          .seed = execution_.run.settings.seed,
          .cpus = choose_cpus(execution_.run.settings.cpus,
                              threads == planned.params.end() ? "all" : to_string(threads->second)),
          .limits = execution_.limits,
          .collectors = timing ? inside_ : std::vector<std::string>(),
          .groups = timing ? std::span(execution_.groups) : std::span<const stats::MetricGroup>(),
          .around = timing ? nullptr : execution_.around.at(lane).get(),
          .lane = lane,
          .referee = &referee_of(execution_, planned)};
}

}  // namespace assay::run
