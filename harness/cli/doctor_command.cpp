// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <set>

#include "harness/cli/bundle.h"
#include "harness/cli/calibrations.h"
#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/format.h"
#include "harness/cli/run_settings.h"
#include "harness/cli/table.h"
#include "harness/cli/toolchain.h"
#include "harness/cli/workers.h"
#include "harness/cli/write_file.h"
#include "harness/core/error.h"
#include "harness/run/checks.h"
#include "harness/run/environment.h"
#include "harness/run/topology.h"

namespace assay::cli {

namespace {

void add(Table& table, const run::Check& check) {
  table.add({run::to_string(check.level), check.name, check.finding, check.remedy});
}

/// Whatever is absent is warned of alike: it costs what it would give, and the remedy says how it is had.
run::Check as_check(const std::string& name, const Probe& probe) {
  return {name, probe.available ? run::Level::ok : run::Level::warn,
          probe.available ? "usable" : probe.reason, probe.remedy};
}

run::Check device_check(const DeviceOffer& offer) {
  const std::string name = "device " + offer.device.name;
  if (!offer.probe.available)
    return {name, run::Level::warn, "not here: " + offer.probe.reason, offer.probe.remedy};
  std::string finding = offer.device.fidelity == "hardware" ? "" : "fidelity " + offer.device.fidelity;
  for (const char* key :
       {"model", "mig", "memory.bytes", "compute_capability", "cuda.driver", "vulkan.driver", "uuid"}) {
    const auto fact = offer.device.fingerprint.find(key);
    if (fact == offer.device.fingerprint.end()) continue;
    const bool size = std::string_view(key) == "memory.bytes";
    finding += (finding.empty() ? "" : ", ") + (size ? bytes(std::stod(fact->second)) : fact->second);
  }
  const auto floor = offer.device.fingerprint.find("cuda.driver_floor");
  if (floor != offer.device.fingerprint.end()) finding += ", runs with drivers from " + floor->second + " on";
  return {name, run::Level::ok, finding.empty() ? offer.device.fidelity : finding, ""};
}

/// What this machine is.
void add_facts(Table& table, const Host& host, const run::Topology& topology) {
  const auto fact = [&](const char* key) {
    const auto found = host.host_class.find(key);
    return found == host.host_class.end() ? std::string("unknown") : found->second;
  };
  add(table, {"cpu", run::Level::ok,
              fmt::format("{}: {} cores, {} threads (CPUs {})", fact("cpu.model"), topology.cores,
                          topology.cpus.size(), fmt::join(topology.cpus, ",")),
              ""});
  add(table, {"memory", run::Level::ok,
              fmt::format("{} GiB, last-level caches {}", fact("memory.gib"),
                          topology.last_level_cache_bytes > 0
                              ? bytes(static_cast<double>(topology.last_level_cache_bytes))
                              : "unknown"),
              ""});
  add(table, {"host class", run::Level::ok, host.class_id(), ""});
}

/// What a worker can run and count here. \throws what run::describe throws.
void add_worker(Table& table, const run::WorkerSpec& spec, const Context& context) {
  const auto worker = run::describe(spec, launch_limits(context.settings));
  std::size_t usable = 0;
  std::size_t all = 0;
  // What a device lacks is said once, not again for each implementation on it.
  std::set<std::string> absent;
  for (const auto& offer : worker.hello.devices) {
    if (!offer.probe.available) absent.insert(offer.device.name);
    if (offer.device.name != "cpu") add(table, device_check(offer));
  }
  for (const auto& offer : worker.hello.workloads) {
    for (const auto& row : offer.implementations) {
      ++all;
      if (row.probe.available) {
        ++usable;
      } else if (absent.count(row.device) == 0) {
        add(table, as_check(offer.definition.name + "/" + row.name, row.probe));
      }
    }
  }
  add(table, {"worker " + spec.id, run::Level::ok,
              fmt::format("{} of {} implementations usable; clock steps of {:g} ns, {:.0f} ns a reading",
                          usable, all, worker.hello.clock_resolution_ns, worker.hello.clock_cost_ns),
              ""});
  for (const auto& collector : worker.hello.collectors)
    add(table, as_check("collector " + collector.name, collector.probe));
}

/// What a bundle must not be written over; a machine without a database has a doctor, too.
std::string database_of(const Settings& settings) {
  try {
    return settings.database();
  } catch (const Error&) {
    return "";
  }
}

struct DoctorOptions {
  bool check = false;
  std::string bundle;
};

/// The rows, in order: facts, what is noisy (harness/run/checks.h), workers, collectors around the launch,
/// tools.
int examine(const Context& context, const DoctorOptions& options) {
  const std::string database = options.bundle.empty() ? "" : database_of(context.settings);
  if (!options.bundle.empty()) check_output(options.bundle, database);

  const run::Topology topology = run::read_topology();
  const Host host = run::read_host(topology);
  Table table(
      {{"status", false, always}, {"what", false, always}, {"finding", false, always}, {"remedy", false, 5}});
  add_facts(table, host, topology);
  run::Level worst = run::Level::ok;
  for (const auto& check : run::check_host(host, topology)) {
    worst = std::max(worst, check.level);
    add(table, check);
  }
  add(table, calibration_check(context.settings, host));
  for (const auto& spec : find_workers(context)) {
    if (!spec.device.empty()) continue;  // an emulated board is nothing of this machine's: 'list devices'
    try {
      add_worker(table, spec, context);
    } catch (const Error& error) {
      worst = run::Level::fail;
      add(table, {"worker " + spec.id, run::Level::fail, error.what(), error.remedy});
    }
  }
  for (const auto& row : program_components().around_collectors) {
    add(table, as_check("collector " + std::string(row.name), row.make()->probe()));
  }
  for (const auto& row : program_components().absent) {
    add(table, as_check("collector " + std::string(row.name),
                        Probe::absent(std::string(row.reason), std::string(row.remedy))));
  }
  for (const auto& check : toolchain_checks()) add(table, check);
  context.terminal.out(context.json ? table.json("checks") : table.text(context.terminal.width()));
  if (!options.bundle.empty()) {
    write_file(options.bundle, bundle(context, table.json("checks")), database);
    context.terminal.note(
        options.bundle +
        ": what a report of a bug needs, as one JSON file; names of hosts and users, home folders "
        "and serial numbers are taken out: look it through before it leaves");
  }
  return options.check && worst == run::Level::fail ? exit_unavailable : exit_fine;
}

}  // namespace

CommandSpec doctor_command() {
  return {"doctor", "what can be measured here, what is noisy, what to do about it", "assay doctor",
          [](Arguments arguments) {
            auto options = std::make_shared<DoctorOptions>();
            arguments.flag("--check", options->check, "exit 3 when something does not work at all");
            arguments.add("--bundle", options->bundle,
                          "also write all of this, settings and the newest run into a file, without names of "
                          "hosts and users: for a report of a bug (JSON)");
            arguments.explain_below(
                "ok: here and in order.  warn: makes figures noisy, or is absent and costs what it would "
                "give: the "
                "remedy says\nwhat to do.  fail: does not work at all.\n");
            return [options](Context& context) { return examine(context, *options); };
          }};
}

}  // namespace assay::cli
