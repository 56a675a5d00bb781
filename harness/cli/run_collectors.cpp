// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/run_collectors.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "harness/cli/command.h"
#include "harness/cli/metric_groups.h"
#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/core/text.h"
#include "harness/run/collecting.h"
#include "harness/run/launcher.h"
#include "harness/run/machine.h"

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

/// The plan's cases of our own worker: their devices. Those of others count by means that we do not know.
std::vector<Device> own_devices(const run::Execution& execution) {
  std::vector<Device> devices;
  std::set<std::string> names;
  for (const auto& worker : execution.workers) {
    if (worker.spec.id != "native") continue;
    for (const auto& planned : execution.run.plan) {
      if (planned.worker != worker.spec.id || !names.insert(planned.value.device).second) continue;
      const auto& offers = worker.hello.devices;
      const auto offer = std::find_if(offers.begin(), offers.end(), [&](const auto& one) {
        return one.device.name == planned.value.device;
      });
      if (offer != offers.end()) devices.push_back(offer->device);
    }
  }
  return devices;
}

/// Events that are named and cannot be counted on any of these devices are asked for in vain.
void refuse_uncountable(const std::string& name, const std::vector<std::string>& events,
                        const std::vector<Device>& devices) {
  const auto cannot = [](const Reading& reading) {
    return reading.state == ReadingState::unsupported || reading.state == ReadingState::denied;
  };
  if (events.empty()) return;
  std::vector<std::vector<Reading>> tried;
  for (const auto& device : devices) tried.push_back(try_events(name, events, device));
  for (std::size_t i = 0; i < events.size(); ++i) {
    const bool vain = !tried.empty() && std::all_of(tried.begin(), tried.end(), [&](const auto& readings) {
      return i < readings.size() && cannot(readings[i]);
    });
    if (!vain) continue;
    const Reading& reading = tried.front()[i];
    throw Error(ErrorCode::unavailable,
                fmt::format("collector '{}' cannot count '{}' here: {}: {}", name, printable(events[i], 200),
                            to_string(reading.state), reading.reason),
                fmt::format("leave it out, or see 'assay explain {}'", printable(reading.metric, 200)));
  }
}

}  // namespace

namespace {

/// What a run's plan can be measured with, and what was chosen of it.
class Chooser {
 public:
  explicit Chooser(run::Execution& execution)
      : execution_(execution), inside_(offered_inside(execution)), devices_(own_devices(execution)) {}

  void choose(const std::string& asked) {
    const std::string name = run::collector_name(asked);
    if (asked.ends_with(':')) {
      throw Error(ErrorCode::usage, fmt::format("collector '{}' names no event behind the ':'", asked),
                  fmt::format("name one, or write '{}'", name));
    }
    const auto around =
        std::find_if(components_.around_collectors.begin(), components_.around_collectors.end(),
                     [&](const auto& row) { return row.name == name; });
    if (around != components_.around_collectors.end()) {
      if (const auto far = run::far_host(execution_.workers))
        refuse_absent(name, Probe::absent("it is a tool around the worker, which is on " + far->address,
                                          "leave it out, or have assay itself run there: assay run --ssh " +
                                              far->address));
      auto collector = around->make();
      refuse_absent(name, collector->probe());
      const auto& plan = execution_.run.plan;
      if (std::none_of(plan.begin(), plan.end(),
                       [&](const PlannedCase& planned) { return run::counts(name, execution_, planned); })) {
        const bool emulator = name == run::emulator_collector;
        refuse_absent(
            name, emulator ? Probe::absent("it counts emulated boards, and none is selected",
                                           "name one: --device qemu:NAME (see 'assay list devices')")
                           : Probe::absent("it does not count emulated boards, and nothing else is selected",
                                           "leave it out: boards are counted by themselves"));
      }
      execution_.around[name] = std::move(collector);
      auto& events = around_events_[name];
      for (auto& event : run::collector_events(asked)) events.push_back(std::move(event));
      return;
    }
    if (name == "group") return;
    if (const auto found = inside_.find(name); found != inside_.end()) {
      refuse_absent(name, found->second);
      refuse_uncountable(name, run::collector_events(asked), devices_);
      return;
    }
    for (const auto& row : components_.absent) {
      if (row.name == name)
        refuse_absent(name, Probe::absent(std::string(row.reason), std::string(row.remedy)));
    }
    std::vector<std::string> known;
    for (const auto& row : components_.around_collectors) known.emplace_back(row.name);
    for (const auto& [other, probe] : inside_) known.push_back(other);
    throw Error(ErrorCode::unavailable, fmt::format("no worker of this plan has a collector '{}'", name),
                suggest(name, known));
  }

  void open() {
    for (const auto& [name, events] : around_events_) execution_.around.at(name)->open(events);
  }

 private:
  run::Execution& execution_;
  const ComponentTable& components_ = program_components();
  std::map<std::string, Probe> inside_;
  std::vector<Device> devices_;
  std::map<std::string, std::vector<std::string>> around_events_;
};

}  // namespace

namespace {

/// Of the collectors that the group's events need, the first that is not here says what to do.
std::string remedy_for(const stats::MetricGroup& group) {
  for (const auto& event : group.events) {
    for (const auto& row : program_components().collectors) {
      if (row.name != event.collector) continue;
      const Probe probe = row.make()->probe();
      if (!probe.available && !probe.remedy.empty()) return probe.remedy;
    }
  }
  return fmt::format(
      "hardware counters take metal, or a virtual machine that is given a PMU; 'assay explain {}' says what "
      "the group needs, 'assay list groups' which ones count here (SOFTWARE needs no counters)",
      group.name);
}

}  // namespace

std::vector<Error> groups_without_values(const std::vector<stats::MetricGroup>& groups,
                                         const std::vector<ResultRow>& rows) {
  std::vector<Error> errors;
  for (const auto& group : groups) {
    bool good = false;
    bool counted = false;
    std::string reason;
    for (const auto& row : rows) {
      if (row.status != Status::ok) continue;
      good = true;
      for (const auto& derived : group.metrics) {
        const MetricValue* metric = find_metric(row, derived.metric.id);
        if (metric == nullptr) continue;
        counted = counted || metric->value;
        if (!metric->value && reason.empty())
          reason = fmt::format("{}: {}", to_string(metric->state), metric->reason);
      }
    }
    if (!good || counted) continue;
    errors.emplace_back(ErrorCode::unavailable,
                        fmt::format("group {} counted nothing here: {}", group.name,
                                    reason.empty() ? "no worker of these cases has its collectors" : reason),
                        remedy_for(group));
  }
  return errors;
}

void choose_collectors(run::Execution& execution, const Settings& settings,
                       const std::vector<std::string>& wished) {
  auto& collectors = execution.run.settings.collectors;
  execution.groups = chosen_groups(collectors, settings);
  if (execution.run.plan.empty()) return;
  Chooser chooser(execution);
  for (const auto& asked : collectors) chooser.choose(asked);
  // Emulated boards are counted, or not measured at all.
  const std::string emulator = run::emulator_collector;
  const auto is_emulated = [&](const PlannedCase& planned) { return run::is_emulated(execution, planned); };
  const auto& plan = execution.run.plan;
  if (std::any_of(plan.begin(), plan.end(), is_emulated) &&
      std::none_of(collectors.begin(), collectors.end(),
                   [&](const auto& asked) { return run::collector_name(asked) == emulator; })) {
    chooser.choose(emulator);
    collectors.push_back(emulator);
  }
  std::vector<std::string> all_wished = wished;
  // What only their agents can tell, at no cost. (In a run of other devices, too, the others would be said to
  // lack it.)
  for (const auto& own : {std::pair{"wasm:", "wasm"}, std::pair{"serial:", "board"}}) {
    const bool there = std::all_of(plan.begin(), plan.end(), [&](const PlannedCase& planned) {
      return planned.value.device.starts_with(own.first);
    });
    if (there && std::find(collectors.begin(), collectors.end(), own.second) == collectors.end())
      all_wished.emplace_back(own.second);
  }
  for (const auto& wish : all_wished) {
    try {
      chooser.choose(wish);
      collectors.push_back(wish);
    } catch (const Error& error) {
      if (error.code != ErrorCode::unavailable) throw;
    }
  }
  execution.groups = chosen_groups(collectors, settings);
  chooser.open();
}

}  // namespace assay::cli
