// SPDX-License-Identifier: Apache-2.0
#include "harness/run/plan.h"

#include <algorithm>
#include <random>
#include <set>

#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/run/chosen_devices.h"
#include "harness/run/launcher.h"
#include "harness/run/reserved_keys.h"
#include "harness/run/topology.h"

namespace assay::run {

namespace {

std::string family_of(const std::string& workload) { return workload.substr(0, workload.find('.')); }

/// The selectors' view of a worker's offer.
Workload as_workload(const protocol::WorkloadOffer& offer) {
  Workload workload;
  workload.definition = offer.definition;
  for (const auto& row : offer.implementations) {
    workload.implementations.push_back(
        {.name = row.name, .device = row.device, .accuracy = row.accuracy, .doc = row.doc, .make = {}});
  }
  return workload;
}

/// Files for the roles of this workload, and the `input` key that makes a case on real data another case.
/// \returns parameters that the case names, and its files say: they are taken out.
std::set<std::string> bind_input(PlannedCase& planned, const Definition& definition,
                                 const std::vector<BoundInput>& inputs) {
  std::string asked;
  for (const auto& input : inputs) {
    if (input.family != family_of(definition.name)) continue;
    for (const auto& role : definition.inputs) {
      const auto file = input.roles.find(role.name);
      if (file != input.roles.end()) planned.inputs[role.name] = file->second;
    }
    if (!planned.inputs.empty()) asked = input.key;
  }
  // `input` says what was measured of which file: it is never a wish that seeded data could stand in for.
  const auto named = planned.value.params.find("input");
  if (named != planned.value.params.end() && to_string(named->second) != asked) {
    throw Error(ErrorCode::usage,
                definition.name + " is selected with input=" + to_string(named->second) + ", and " +
                    (asked.empty() ? "no file was given for it" : "what was given is " + asked),
                "give that file, and of a table the same columns, with --input, or leave the key out");
  }
  if (asked.empty()) return {};
  planned.value.params["input"] = asked;
  std::set<std::string> taken_out;
  for (const auto& parameter : definition.parameters) {
    if (parameter.of_input && planned.value.params.erase(parameter.name) > 0)
      taken_out.insert(parameter.name);
  }
  return taken_out;
}

/// Every parameter, but those that its files say.
Params resolve_planned(const PlannedCase& planned, const Definition& definition) {
  Params params = resolve(definition, planned.value.params);
  for (const auto& parameter : definition.parameters) {
    if (parameter.of_input && !planned.inputs.empty()) params.erase(parameter.name);
  }
  return params;
}

/// \throws Error{usage} when `threads` is neither a count nor `all`.
Probe fits_cpus(const PlannedCase& planned, const std::vector<int>& cpus) {
  const auto threads = planned.params.find("threads");
  if (threads == planned.params.end()) return {};
  if (planned.value.device != "cpu" && std::holds_alternative<std::int64_t>(threads->second)) {
    return Probe::absent("threads are the CPU's, and this case runs on " + planned.value.device,
                         "leave threads out, or end the selector with @cpu");
  }
  if (cpus.empty()) return {};
  try {
    choose_cpus(cpus, to_string(threads->second));
    return {};
  } catch (const Error& error) {
    if (error.code != ErrorCode::unavailable) throw;
    return Probe::absent(error.what(), error.remedy);
  }
}

std::vector<std::string> names_offered(const std::vector<WorkerInfo>& workers) {
  std::vector<std::string> names;
  for (const auto& worker : workers) {
    for (const auto& offer : worker.hello.workloads) names.push_back(offer.definition.name);
  }
  return names;
}

std::vector<std::string> implementations_offered(const Selector& selector,
                                                 const std::vector<WorkerInfo>& workers) {
  std::vector<std::string> names;
  for (const auto& worker : workers) {
    for (const auto& offer : worker.hello.workloads) {
      if (!glob_match(selector.workload, offer.definition.name)) continue;
      for (const auto& row : offer.implementations) names.push_back(row.name);
    }
  }
  return names;
}

/// Where the implementations that the selector names run.
std::vector<std::string> devices_offered(const Selector& selector, const std::vector<WorkerInfo>& workers) {
  std::set<std::string> names;
  for (const auto& worker : workers) {
    for (const auto& offer : worker.hello.workloads) {
      if (!glob_match(selector.workload, offer.definition.name)) continue;
      for (const auto& row : offer.implementations) {
        if (glob_match(selector.implementation, row.name)) names.insert(row.device);
      }
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace

namespace {

/// A selector that is the whole name of some workload selects it by that.
Selector settled(const Selector& selector, const std::vector<WorkerInfo>& workers) {
  for (const auto& worker : workers) {
    for (const auto& offer : worker.hello.workloads) {
      if (glob_match(selector.workload, offer.definition.name)) return selector;
    }
  }
  for (const auto& worker : workers) {
    for (const auto& offer : worker.hello.workloads) {
      if (!names_whole(selector, offer.definition.name)) continue;
      Selector whole;
      whole.text = whole.workload = selector.text;
      return whole;
    }
  }
  return selector;
}

std::vector<Selector> settled(const std::vector<Selector>& selectors,
                              const std::vector<WorkerInfo>& workers) {
  std::vector<DeviceOffer> devices;
  for (const auto& worker : workers) {
    devices.insert(devices.end(), worker.hello.devices.begin(), worker.hello.devices.end());
  }
  std::vector<Selector> all;
  for (const auto& asked : selectors) {
    for (auto& one : on_chosen_devices(settled(asked, workers), devices)) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

Plan make_plan(const PlanRequest& request, const std::vector<WorkerInfo>& workers) {
  Plan plan;
  std::map<std::string, std::string> seen;  // canonical text -> worker
  std::map<std::string, Refused> refused;
  for (const auto& selector : settled(request.selectors, workers)) {
    const bool names_implementation = selector.implementation != "*";
    bool matched = false;
    for (const auto& worker : workers) {
      for (const auto& offer : worker.hello.workloads) {
        if (!offer.probe.available && glob_match(selector.workload, offer.definition.name)) {
          matched = true;
          // Named, when the selector says both workload and implementation; else one of those that match.
          const bool named = selector.workload == offer.definition.name && names_implementation;
          const Case asked{offer.definition.name, named ? selector.implementation : "any", {}, "cpu"};
          refused.emplace(to_string(asked), Refused{asked, offer.probe, true});
          continue;
        }
        for (auto& value : expand(selector, as_workload(offer))) {
          const auto* row = find_implementation(offer, value.implementation, value.device);
          if (value.implementation == "reference" && !names_implementation && !request.include_reference) {
            matched = true;  // it makes the expected results; to time it, name it
            continue;
          }
          matched = true;
          PlannedCase planned;
          planned.value = value;
          plan.of_input.merge(bind_input(planned, offer.definition, request.inputs));
          planned.params = resolve_planned(planned, offer.definition);
          // What is wrong in these is the user's fault, and told before the run.
          const bool open = open_loop(planned.params).has_value();
          const bool cold = cold_cache(planned.params);
          if (open && cold) {
            throw Error(ErrorCode::usage, to_string(value) + ": load=open and cache=cold exclude each other",
                        "emptying caches between requests would delay them: measure two cases");
          }
          planned.worker = worker.spec.id;
          planned.launches = is_emulated(worker, value.device) ? 0 : request.launches;
          const Probe here =
              row != nullptr && !row->probe.available ? row->probe : fits_cpus(planned, request.cpus);
          if (!here.available) {
            refused.emplace(to_string(planned.value), Refused{planned.value, here, false});
            continue;  // another worker may have it
          }
          const auto [first, fresh] = seen.emplace(to_string(planned.value), worker.spec.id);
          if (!fresh) {
            if (first->second != worker.spec.id)
              plan.hidden[first->first] = "worker '" + first->second + "' runs it; '" + worker.spec.id +
                                          "' offers it too, and is not asked";
            continue;
          }
          planned.ordinal = static_cast<std::int64_t>(plan.cases.size());
          plan.cases.push_back(std::move(planned));
        }
      }
    }
    if (matched) continue;
    const auto implementations = implementations_offered(selector, workers);
    if (implementations.empty()) {
      throw Error(ErrorCode::usage, "no workload here matches '" + selector.workload + "'",
                  suggest(selector.workload, names_offered(workers)));
    }
    const auto devices = devices_offered(selector, workers);
    const bool other_device = !devices.empty() && selector.device != "*";
    throw Error(
        ErrorCode::unavailable,
        "nothing here matches '" + selector.text + "'" +
            (selector.device == "*" ? "" : " on device '" + selector.device + "'") +
            ": the workload exists, the implementation or device does not",
        other_device ? suggest(selector.device, devices) : suggest(selector.implementation, implementations));
  }
  for (auto& [text, row] : refused) {
    const bool measured =
        std::any_of(plan.cases.begin(), plan.cases.end(), [&row = row](const PlannedCase& planned) {
          return row.whole_workload && planned.value.workload == row.value.workload;
        });
    if (!measured && !seen.contains(text)) plan.refused.push_back(std::move(row));
  }
  return plan;
}

std::vector<ScheduledLaunch> make_schedule(const std::vector<PlannedCase>& cases, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  int rounds = 0;
  for (const auto& planned : cases) rounds = std::max(rounds, planned.launches);
  std::vector<ScheduledLaunch> schedule;
  for (int round = 0; round < rounds; ++round) {
    std::vector<ScheduledLaunch> block;
    for (const auto& planned : cases) {
      if (round < planned.launches) block.push_back({planned.ordinal, round});
    }
    // std::shuffle's use of the generator differs between libraries; this one is the same everywhere.
    for (std::size_t i = block.size(); i > 1; --i) std::swap(block[i - 1], block[random() % i]);
    if (!schedule.empty() && block.size() > 1 && block.front().case_ordinal == schedule.back().case_ordinal) {
      std::swap(block.front(), block.back());
    }
    schedule.insert(schedule.end(), block.begin(), block.end());
  }
  return schedule;
}

}  // namespace assay::run
