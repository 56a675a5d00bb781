// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/run_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "harness/cli/git.h"
#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/core/text.h"
#include "harness/run/checks.h"
#include "harness/run/environment.h"
#include "harness/run/uuid.h"

namespace assay::cli {

void apply_suite(Settings& settings, const Suite& suite) {
  for (const auto& [key, value] : suite.settings) {
    if (settings.get(key).origin == "default") settings.set(key, value, "suite " + suite.name);
  }
}

void apply_flags(Settings& settings, const RunFlags& flags) {
  const auto set = [&](const char* key, const std::string& value, const char* flag) {
    if (!value.empty()) settings.set(key, value, flag);
  };
  set("run.launches", flags.launches, "--launches");
  set("run.budget", flags.budget, "--budget");
  set("run.cpus", flags.cpus, "--cpus");
  set("run.seed", flags.seed, "--seed");
  set("rules.max_time", flags.max_time, "--max-time");
  set("rules.precision", flags.precision, "--precision");
  std::string collectors;
  for (const auto& name : flags.collectors) {
    collectors += (collectors.empty() ? "" : ";") + name;
  }
  set("run.collectors", collectors, "--collect");
}

std::vector<int> chosen_cpus(const Settings& settings, const run::Topology& topology) {
  const std::string cpus = settings.text("run.cpus");
  return cpus.empty() ? topology.cpus : run::parse_cpu_list(cpus, topology.cpus);
}

run::LaunchLimits launch_limits(const Settings& settings) {
  run::LaunchLimits limits;
  limits.start_s = settings.seconds("limits.start");
  limits.prepare_s = settings.seconds("limits.prepare");
  limits.verify_s = settings.seconds("limits.verify");
  limits.measure_s = settings.seconds("limits.measure");
  limits.warmup_s = settings.seconds("rules.warmup");
  limits.memory_bytes = settings.byte_count("limits.memory");
  if (limits.memory_bytes == 0) limits.memory_bytes = run::machine_memory_bytes() / 5 * 4;
  limits.stopping.relative_precision = settings.number("rules.precision", 1e-6, 1);
  limits.stopping.min_samples = static_cast<std::size_t>(settings.integer("rules.min_samples", 1, 1'000'000));
  limits.stopping.max_time_ns = settings.seconds("rules.max_time") * 1e9;
  return limits;
}

std::vector<std::string> split_collectors(const std::string& text) {
  std::vector<std::string> collectors;
  for (const auto& flag : split_filled(text, ';')) {
    auto names = split_filled(flag.substr(0, flag.find(':')), ',');
    if (const auto events = flag.find(':'); events != std::string::npos && !names.empty())
      names.back() += flag.substr(events);
    collectors.insert(collectors.end(), names.begin(), names.end());
  }
  return collectors;
}

namespace {

/// Devices and collectors, by kind and name.
std::vector<NamedProbe> probes_of(const run::Plan& plan, const std::vector<run::WorkerInfo>& workers) {
  std::map<std::pair<std::string, std::string>, Probe> probes;
  const auto add = [&](const char* kind, const std::string& name, const Probe& probe) {
    const auto [found, fresh] = probes.try_emplace({kind, name}, probe);
    if (!fresh && probe.available) found->second = probe;
  };
  for (const auto& worker : workers) {
    if (std::none_of(plan.cases.begin(), plan.cases.end(),
                     [&](const PlannedCase& planned) { return planned.worker == worker.spec.id; }))
      continue;
    for (const auto& offer : worker.hello.devices) add("device", offer.device.name, offer.probe);
    for (const auto& offer : worker.hello.collectors) add("collector", offer.name, offer.probe);
  }
  for (const auto& row : program_components().around_collectors)
    add("collector", std::string(row.name), row.make()->probe());
  for (const auto& row : program_components().absent)
    add("collector", std::string(row.name), Probe::absent(std::string(row.reason), std::string(row.remedy)));
  std::vector<NamedProbe> all;
  for (const auto& [what, probe] : probes) all.push_back({what.first, what.second, probe});
  return all;
}

}  // namespace

Run new_run(const Context& context, const run::Machine& machine, const run::Plan& plan,
            const std::vector<run::WorkerInfo>& workers) {
  const Settings& settings = context.settings;
  Run run;
  run.id = run::make_uuid();
  run.started_utc_ms = now_utc_ms();
  run.assay_version = version_text;
  run.host = machine.host;
  const GitFacts git = git_facts(".");
  run.git_revision = git.revision;
  run.commit = git.commit;
  run.plan = plan.cases;
  for (const auto& check : run::check_host(run.host, machine.topology))
    run.probes.push_back(run::as_probe(check));
  for (auto& probe : probes_of(plan, workers)) run.probes.push_back(std::move(probe));
  if (!git.probe.available) {
    run.probes.push_back({"check", "commit", git.probe});
    context.terminal.note(git.probe.reason + ", so this run has no place in a history\n  " +
                          git.probe.remedy);
  }
  for (const auto& refused : plan.refused) {
    run.probes.push_back({"implementation", to_string(refused.value), refused.probe});
  }
  for (const auto& [text, reason] : plan.hidden)
    run.probes.push_back({"hidden", text, Probe::absent(reason, "run it with that one alone, by --worker")});
  run.settings.launches = static_cast<int>(settings.integer("run.launches", 1, 100'000));
  run.settings.budget_s = settings.seconds("run.budget");
  run.settings.seed = static_cast<std::uint64_t>(settings.integer("run.seed", 0, INT64_MAX));
  run.settings.cpus = chosen_cpus(settings, machine.topology);
  run.settings.collectors = split_collectors(settings.text("run.collectors"));
  for (const auto& [key, setting] : settings.all()) {
    if (key.rfind("rules.", 0) == 0 || key.rfind("limits.", 0) == 0) run.settings.more[key] = setting.value;
  }
  return run;
}

void restore_settings(Settings& settings, const RunSettings& stored) {
  for (const auto& spec : setting_specs()) {
    const auto found = stored.more.find(spec.key);
    if (found != stored.more.end()) settings.set(spec.key, found->second, "the stored run");
  }
}

}  // namespace assay::cli
