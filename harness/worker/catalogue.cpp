// SPDX-License-Identifier: Apache-2.0
#include "harness/worker/catalogue.h"

#include <algorithm>
#include <exception>
#include <map>

#include "harness/core/collector_cost.h"
#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/worker/modules.h"

namespace assay::worker {

namespace {

void refuse_unavailable(const std::string& what, const Probe& probe) {
  if (probe.available) return;
  throw Error(ErrorCode::unavailable, what + " is not available: " + probe.reason, probe.remedy);
}

std::string likely_accuracy(const Workload& workload) {
  for (const auto& implementation : workload.implementations) {
    if (implementation.name != "reference") return implementation.accuracy;
  }
  return workload.definition.tolerances.empty() ? "exact" : workload.definition.tolerances.front().accuracy;
}

/// "cuda:1" is a device of kind "cuda".
bool is_of_kind(const std::string& device, std::string_view kind) {
  return device == kind ||
         (device.starts_with(kind) && device.size() > kind.size() && device[kind.size()] == ':');
}

DeviceOffer absent_device(std::string_view kind, const Probe& probe) {
  DeviceOffer offer;
  offer.device.name = std::string(kind) + ":0";
  offer.probe = probe;
  return offer;
}

std::vector<DeviceOffer> devices_of(const DeviceKindRow& row) {
  try {
    const ModuleTable& module = open_module(row.module);
    if (module.devices != nullptr) return module.devices();
    return {absent_device(row.kind, Probe::absent("its module lists no devices", "build Assay again"))};
  } catch (const Error& error) {
    return {absent_device(row.kind, Probe::absent(error.what(), error.remedy))};
  }
}

/// A probe that fails costs its own row, and not the worker's others.
template <typename Ask>
Probe probed(const Ask& ask) {
  try {
    return ask();
  } catch (const std::exception& error) {
    return Probe::absent(std::string("its probe failed: ") + error.what(), "mend the component's probe()");
  }
}

/// What is offered of an implementation in a module on one device. `hashed`: with what its code is, which a
/// launch of one case is not asked for.
protocol::ImplementationOffer offer_on(const ModuleRow& row, const DeviceOffer& device,
                                       const std::string& likely, bool hashed) {
  protocol::ImplementationOffer offer{.name = std::string(row.implementation),
                                      .device = device.device.name,
                                      .accuracy = likely,
                                      .doc = "in module " + std::string(row.module),
                                      .probe = device.probe};
  if (!device.probe.available) return offer;
  offer.probe = probe_module(row.module);
  if (hashed) offer.binary = module_binary(row.module);
  if (!offer.probe.available || row.device == "cpu") return offer;
  try {
    const Implementation opened = open_implementation(row);
    offer.accuracy = opened.accuracy;
    offer.doc = opened.doc;
    offer.probe = probed(opened.probe);
  } catch (const Error& error) {
    offer.probe = Probe::absent(error.what(), error.remedy);
  }
  return offer;
}

}  // namespace

Catalogue::Catalogue(const ComponentTable& table) : table_(table) {
  for (const auto& row : table.workloads) {
    workloads_.push_back(row.make());
    if (const std::string& name = workloads_.back().definition.name; name != row.name) {
      throw Error(ErrorCode::usage,
                  "the component '" + std::string(row.name) + "' defines a workload called '" + name + "'",
                  "give both one name");
    }
  }
  for (const auto& row : table.implementations) {
    if (Workload* workload = owner(row.workload)) workload->implementations.push_back(row.make());
  }
  for (const auto& row : table.modules) owner(row.workload);
}

Workload* Catalogue::owner(std::string_view workload) {
  for (auto& candidate : workloads_) {
    if (candidate.definition.name == workload) return &candidate;
  }
  for (const auto& row : table_.absent) {
    if (row.kind == "workload" && row.name == workload) return nullptr;
  }
  throw Error(
      ErrorCode::usage,
      "an implementation is for the workload '" + std::string(workload) + "', which this worker lacks",
      "compare its WORKLOAD with the NAME of the workload's assay_component()");
}

std::vector<DeviceOffer> Catalogue::devices() const {
  std::vector<DeviceOffer> all{{}};
  for (const auto& row : table_.device_kinds) {
    for (auto& device : devices_of(row)) all.push_back(std::move(device));
  }
  for (const auto& row : table_.absent) {
    if (row.kind != "device_kind") continue;
    all.push_back(absent_device(row.name, Probe::absent(std::string(row.reason), std::string(row.remedy))));
  }
  return all;
}

std::vector<protocol::WorkloadOffer> Catalogue::workload_offers(const std::vector<DeviceOffer>& devices,
                                                                const std::string& only) const {
  std::vector<protocol::WorkloadOffer> offers;
  for (const auto& workload : workloads_) {
    if (!only.empty() && workload.definition.name != only) continue;
    protocol::WorkloadOffer offer{workload.definition, {}};
    for (const auto& i : workload.implementations) {
      offer.implementations.push_back({i.name, i.device, i.accuracy, i.doc, probed(i.probe)});
    }
    const std::string& name = workload.definition.name;
    for (const auto& row : table_.modules) {
      if (row.workload != name) continue;
      for (const auto& device : devices) {
        if (!is_of_kind(device.device.name, row.device)) continue;
        offer.implementations.push_back(offer_on(row, device, likely_accuracy(workload), only.empty()));
      }
    }
    for (const auto& row : table_.absent) {
      if (row.kind != "implementation" || !row.name.starts_with(name + "/")) continue;
      for (const auto& device : devices) {
        if (!is_of_kind(device.device.name, row.device)) continue;
        offer.implementations.push_back(
            {.name = std::string(row.name.substr(name.size() + 1)),
             .device = device.device.name,
             .accuracy = likely_accuracy(workload),
             .doc = "not built",
             .probe = Probe::absent(std::string(row.reason), std::string(row.remedy))});
      }
    }
    offers.push_back(std::move(offer));
  }
  for (const auto& row : table_.absent) {
    if (row.kind != "workload" || (!only.empty() && row.name != only)) continue;
    protocol::WorkloadOffer offer;
    offer.definition.name = row.name;
    offer.probe = Probe::absent(std::string(row.reason), std::string(row.remedy));
    offers.push_back(std::move(offer));
  }
  return offers;
}

std::vector<protocol::CollectorOffer> Catalogue::collector_offers() const {
  std::vector<protocol::CollectorOffer> offers;
  std::map<std::string, std::string> owners;  // of each metric
  for (const auto& row : table_.collectors) {
    protocol::CollectorOffer offer{std::string(row.name), {}, {}};
    offer.probe = probed([&] {
      const auto collector = row.make();
      if (!collector) throw Error(ErrorCode::worker, "it makes no collector");
      offer.metrics = collector->metrics();
      offer.metrics.push_back(cost_metric(offer.name));
      return collector->probe();
    });
    for (const auto& metric : offer.metrics) {
      const auto [known, fresh] = owners.emplace(metric.id, offer.name);
      if (fresh || known->second == offer.name) continue;
      offer.probe = Probe::absent("its metric '" + metric.id + "' is one of the collector " + known->second,
                                  "give it a source of its own");
      offer.metrics.clear();
      break;
    }
    offers.push_back(std::move(offer));
  }
  for (const auto& row : table_.absent) {
    if (row.kind != "collector") continue;
    offers.push_back(
        {std::string(row.name), Probe::absent(std::string(row.reason), std::string(row.remedy)), {}});
  }
  return offers;
}

void Catalogue::refuse_absent(std::string_view kind, const std::string& name) const {
  for (const auto& row : table_.absent) {
    if (row.kind == kind && row.name == name) {
      throw Error(ErrorCode::unavailable, name + " is not available: " + std::string(row.reason),
                  std::string(row.remedy));
    }
  }
}

const Workload& Catalogue::find(const std::string& workload) const {
  std::vector<std::string> names;
  for (const auto& candidate : workloads_) {
    if (candidate.definition.name == workload) return candidate;
    names.push_back(candidate.definition.name);
  }
  refuse_absent("workload", workload);
  throw Error(ErrorCode::usage, "there is no workload '" + workload + "' here", suggest(workload, names));
}

const Definition& Catalogue::definition(const std::string& workload) const {
  return find(workload).definition;
}

Implementation Catalogue::implementation(const std::string& workload, const std::string& name,
                                         const std::string& device) const {
  const Workload& found = find(workload);
  const std::string title = workload + "/" + name;
  std::vector<std::string> names;
  for (const auto& candidate : found.implementations) {
    names.push_back(candidate.name);
    if (candidate.name != name || candidate.device != device) continue;
    refuse_unavailable(title, candidate.probe());
    return candidate;
  }
  for (const auto& row : table_.modules) {
    if (row.workload != workload) continue;
    names.emplace_back(row.implementation);
    if (row.implementation != name || !is_of_kind(device, row.device)) continue;
    Implementation opened = open_implementation(row);
    if (!is_of_kind(device, opened.device)) continue;
    refuse_unavailable(title, opened.probe());
    return opened;
  }
  refuse_absent("implementation", title);
  if (std::find(names.begin(), names.end(), name) != names.end()) {
    throw Error(ErrorCode::unavailable, title + " does not run on device '" + device + "'",
                "'assay list implementations' has the devices of each");
  }
  throw Error(ErrorCode::usage, "there is no implementation '" + title + "'", suggest(name, names));
}

std::unique_ptr<Collector> Catalogue::collector(const std::string& name) const {
  std::vector<std::string> names;
  for (const auto& row : table_.collectors) {
    if (row.name == name) return row.make();
    names.emplace_back(row.name);
  }
  refuse_absent("collector", name);
  throw Error(ErrorCode::usage, "there is no collector '" + name + "' in this worker", suggest(name, names));
}

}  // namespace assay::worker
