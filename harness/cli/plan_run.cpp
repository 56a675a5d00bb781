// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/plan_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "harness/cli/run_inputs.h"
#include "harness/cli/run_settings.h"
#include "harness/cli/suites.h"
#include "harness/cli/workers.h"
#include "harness/core/component.h"
#include "harness/core/error.h"
#include "harness/run/machine.h"
#include "harness/run/resume.h"

namespace assay::cli {

std::map<std::string, std::string> parse_labels(const std::vector<std::string>& texts) {
  std::map<std::string, std::string> labels;
  for (const auto& text : texts) {
    const auto equals = text.find('=');
    const std::string key = equals == std::string::npos ? "name" : text.substr(0, equals);
    const std::string value = equals == std::string::npos ? text : text.substr(equals + 1);
    if (key.empty() || value.empty()) {
      throw Error(ErrorCode::usage, fmt::format("label '{}' is empty", text),
                  "write --label nightly or --label branch=main");
    }
    labels[key] = value;
  }
  return labels;
}

namespace {

std::string command_text(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = arguments;
  if (!words.empty()) words.front() = "assay";
  return join_command(words);
}

/// A file that no selected case reads was given by mistake.
void refuse_unused_inputs(const std::vector<run::BoundInput>& inputs, const run::Plan& plan) {
  for (const auto& input : inputs) {
    const bool used = std::any_of(plan.cases.begin(), plan.cases.end(), [&](const PlannedCase& planned) {
      return !planned.inputs.empty() && planned.value.workload.rfind(input.family + ".", 0) == 0;
    });
    if (used || plan.cases.empty()) continue;
    throw Error(ErrorCode::usage,
                fmt::format("no selected case reads the input {}={}", input.family, input.source),
                fmt::format("select one of its family ('{}.*'), or leave the input out", input.family));
  }
}

/// What devices the selectors name: boards are emulated only where they are asked for.
std::vector<std::string> devices_of(const RunOptions& options) {
  if (!options.device.empty()) return {options.device};
  std::vector<std::string> devices;
  for (const auto& text : options.selectors) devices.push_back(parse_selector(text).device);
  for (const auto& name : options.suites) {
    for (const auto& text : load_suite(name).selectors) devices.push_back(parse_selector(text).device);
  }
  return devices;
}

/// A stored plan is measured as it was made: what would change it is refused, not ignored.
void refuse_changes(const RunOptions& options) {
  const RunFlags& flags = options.flags;
  const bool changed = !options.selectors.empty() || !options.suites.empty() || !options.inputs.empty() ||
                       !options.labels.empty() || !options.program.words.empty() || !options.device.empty() ||
                       !flags.collectors.empty() || !flags.launches.empty() || !flags.cpus.empty() ||
                       !flags.seed.empty() || !flags.max_time.empty() || !flags.precision.empty() ||
                       options.dry_run;
  if (!changed) return;
  throw Error(ErrorCode::usage, "--resume goes on with the stored plan and its settings",
              "beside it only --budget and --worker may be given; for another plan start a new run");
}

/// What a far host cannot give, with the reason.
void note_far(Run& run, const transport::SshHost& far) {
  for (auto& probe : run.probes) {
    const bool around = std::any_of(program_components().around_collectors.begin(),
                                    program_components().around_collectors.end(),
                                    [&](const auto& row) { return probe.name == row.name; });
    if (probe.kind == "collector" && around)
      probe.probe = Probe::absent("it runs around the launch, which is on " + far.address,
                                  "have assay itself run there: assay run --ssh " + far.address);
  }
  run.probes.push_back(
      {"check", "host lock",
       Probe::absent(
           "measured on " + far.address +
               " over ssh, where nothing keeps other runs from measuring meanwhile",
           "see that nobody else does, or have assay itself run there: assay run --ssh " + far.address)});
  run.probes.push_back({"check", "contention",
                        Probe::absent("what others did on " + far.address +
                                          " during launches is not known here, nor the memory that "
                                          "the worker took",
                                      "have assay itself run there: assay run --ssh " + far.address)});
}

}  // namespace

std::vector<run::WorkerInfo> workers_for(const RunOptions& options, Context& context) {
  const ForeignProgram& program = options.program;
  if (program.words.empty()) {
    if (!program.tool.empty() || !program.name.empty() || !program.code.empty())
      throw Error(ErrorCode::usage,
                  "--as, --name and --code are of somebody else's program, and there is none",
                  "write it behind --: assay run -- ./my_program");
    return open_workers(context, {}, devices_of(options));
  }
  const std::string worker = foreign_worker(program, context.terminal);
  context.worker_commands.push_back(worker);
  return open_workers(context, worker);
}

run::Execution plan_new(const RunOptions& options, Context& context, std::vector<run::WorkerInfo> workers,
                        run::PlanRequest& request, run::Plan& plan) {
  std::string suite_names;
  for (const auto& name : options.suites) {
    const Suite suite = load_suite(name);
    suite_names += (suite_names.empty() ? "" : "+") + suite.name;
    apply_suite(context.settings, suite);
    for (const auto& text : suite.selectors) request.selectors.push_back(parse_selector(text));
  }
  for (const auto& text : options.selectors) request.selectors.push_back(parse_selector(text));
  const bool foreign = !options.program.words.empty();
  if (foreign && request.selectors.empty()) request.selectors.push_back(parse_selector("*"));
  if (request.selectors.empty()) {
    throw Error(ErrorCode::usage, "nothing was asked for",
                "name cases ('assay run \"llm.gemv/*\"') or a suite ('assay run --suite quick'); 'assay "
                "list' shows both");
  }
  for (auto& selector : request.selectors) {
    if (!options.device.empty()) selector.device = options.device;
  }
  apply_flags(context.settings, options.flags);

  run::Execution execution;
  const run::Machine machine = run::machine_of(workers);
  execution.workers = std::move(workers);
  const auto far = run::far_host(execution.workers);
  if (far && !options.inputs.empty())
    throw Error(ErrorCode::usage, "--input: the files are here, and the worker is on " + far->address,
                "leave it out, or have assay itself run there: assay run --ssh " + far->address);
  request.inputs = bind_inputs(options.inputs, execution.workers, context.terminal);
  request.launches = static_cast<int>(context.settings.integer("run.launches", 1, 100'000));
  request.cpus = chosen_cpus(context.settings, machine.topology);
  plan = run::make_plan(request, execution.workers);
  refuse_unused_inputs(request.inputs, plan);
  execution.limits = launch_limits(context.settings);
  execution.run = new_run(context, machine, plan, execution.workers);
  if (far) note_far(execution.run, *far);
  execution.run.command = command_text(context.arguments);
  execution.run.labels = parse_labels(options.labels);
  execution.run.settings.suite = suite_names;
  execution.run.settings.inputs = options.inputs;
  for (const auto& input : request.inputs) {
    execution.run.settings.more["input." + input.family + ".sha256"] = input.sha256;
    execution.run.settings.more["input." + input.family + ".bytes"] = std::to_string(input.bytes);
    execution.run.settings.more["input." + input.family + ".notes"] = input.notes;
    const std::string seeded = seeded_beside(input, plan.cases, execution.workers);
    execution.run.settings.more["input." + input.family + ".seeded"] = seeded;
  }
  execution.run.settings.workers = context.worker_commands;
  return execution;
}

run::Execution plan_resumed(const RunOptions& options, Context& context, Store& store) {
  refuse_changes(options);
  const bool newest = options.resume == "latest" || options.resume.empty();
  run::Execution execution;
  execution.resume = true;
  execution.run = store.load_run(store.find_run(newest ? "latest" : options.resume));
  if (execution.run.settings.more.contains("trial.kind"))
    throw Error(
        ErrorCode::usage,
        "run " + execution.run.id.substr(0, 8) + " is a paired trial, which is judged as it is measured",
        "measure it anew; what there is shows 'assay show " + execution.run.id.substr(0, 8) + "'");
  for (const auto& text : execution.run.settings.workers) {
    if (std::find(context.worker_commands.begin(), context.worker_commands.end(), text) ==
        context.worker_commands.end()) {
      context.worker_commands.push_back(text);
    }
  }
  restore_settings(context.settings, execution.run.settings);
  std::vector<std::string> devices;
  for (const auto& planned : execution.run.plan) devices.push_back(planned.value.device);
  execution.workers = open_workers(context, {}, devices);
  run::check_resume(execution.run, store.load_summaries(execution.run.id),
                    run::machine_of(execution.workers).host, execution.workers);
  restore_inputs(execution.run, execution.workers, context.terminal);
  execution.limits = launch_limits(context.settings);
  // The budget that was spent does not count again.
  context.settings.set("run.budget", options.flags.budget, "--budget");
  execution.run.settings.budget_s = context.settings.seconds("run.budget");
  return execution;
}

}  // namespace assay::cli
