// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/run_collectors.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/cli/command.h"
#include "harness/cli/metric_groups.h"
#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/run/collecting.h"

namespace assay::cli {

namespace {

/// A probe for each collector that a worker of the plan offers; of several workers' one that is there.
std::map<std::string, Probe> offered_inside(const run::Execution& execution) {
  std::map<std::string, Probe> offered;
  const auto& plan = execution.run.plan;
  for (const auto& worker : execution.workers) {
    if (std::none_of(plan.begin(), plan.end(), [&](const auto& c) { return c.worker == worker.spec.id; }))
      continue;
    for (const auto& offer : worker.hello.collectors) {
      Probe& probe = offered.emplace(offer.name, offer.probe).first->second;
      if (offer.probe.available) probe = offer.probe;
    }
  }
  return offered;
}

void refuse_absent(const std::string& name, const Probe& probe) {
  if (probe.available) return;
  throw Error(ErrorCode::unavailable, fmt::format("collector '{}': {}", name, probe.reason), probe.remedy);
}

}  // namespace

void choose_collectors(run::Execution& execution, const Settings& settings) {
  execution.groups = chosen_groups(execution.run.settings.collectors, settings);
  if (execution.run.plan.empty()) return;
  const auto inside = offered_inside(execution);
  const auto& components = program_components();
  std::map<std::string, std::vector<std::string>> around_events;
  for (const auto& asked : execution.run.settings.collectors) {
    const std::string name = run::collector_name(asked);
    if (asked.ends_with(':')) {
      throw Error(ErrorCode::usage, fmt::format("collector '{}' names no event behind the ':'", asked),
                  fmt::format("name one, or write '{}'", name));
    }
    const auto around = std::find_if(components.around_collectors.begin(), components.around_collectors.end(),
                                     [&](const auto& row) { return row.name == name; });
    if (around != components.around_collectors.end()) {
      auto collector = around->make();
      refuse_absent(name, collector->probe());
      execution.around[name] = std::move(collector);
      auto& events = around_events[name];
      for (auto& event : run::collector_events(asked)) events.push_back(std::move(event));
      continue;
    }
    if (name == "group") continue;
    if (const auto found = inside.find(name); found != inside.end()) {
      refuse_absent(name, found->second);
      continue;
    }
    for (const auto& row : components.absent) {
      if (row.name == name)
        refuse_absent(name, Probe::absent(std::string(row.reason), std::string(row.remedy)));
    }
    std::vector<std::string> known;
    for (const auto& row : components.around_collectors) known.emplace_back(row.name);
    for (const auto& [other, probe] : inside) known.push_back(other);
    throw Error(ErrorCode::unavailable, fmt::format("no worker of this plan has a collector '{}'", name),
                suggest(name, known));
  }
  for (const auto& [name, events] : around_events) execution.around.at(name)->open(events);
}

}  // namespace assay::cli
