// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "harness/answers/calibration.h"
#include "harness/answers/results.h"
#include "harness/cli/calibration_view.h"
#include "harness/cli/calibrations.h"
#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/format.h"
#include "harness/cli/plan_run.h"
#include "harness/cli/progress.h"
#include "harness/cli/run_collectors.h"
#include "harness/cli/trial_options.h"
#include "harness/cli/workers.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/run/environment.h"
#include "harness/run/interrupt.h"
#include "harness/run/topology.h"
#include "harness/store/calibrations.h"
#include "harness/trials/calibrate.h"

namespace assay::cli {

namespace {

struct CalibrateOptions {
  RunOptions measure;
  std::int64_t sessions = 3;
  std::int64_t launches = 18;
  std::int64_t most_launches = 60;
  std::string pause = "0s";
  bool show = false;
};

int show(const Context& context) {
  const Host host = run::read_host(run::read_topology());
  const std::string database = context.settings.existing_database();
  std::vector<Calibration> known;
  if (!database.empty())
    known = known_calibrations(Store::open(database, Store::Mode::read_only), host.class_id());
  if (context.json) {
    context.terminal.out(calibration_json(known, host.class_id()));
    return exit_fine;
  }
  if (known.empty())
    context.terminal.note("this host class (" + host.class_id() +
                          ") is not calibrated: assay calibrate --suite quick --budget 20m");
  context.terminal.out(calibration_text(known, context.terminal.width()));
  return exit_fine;
}

/// The plan, whose every case is launched twice for a pair.
run::Execution plan(CalibrateOptions& options, Context& context) {
  RunOptions& asked = options.measure;
  std::vector<run::WorkerInfo> workers;
  if (asked.program.tool == "worker") {
    if (context.program.empty())
      throw Error(ErrorCode::usage, "--as worker: no command was given",
                  "write it behind --: -- ./my_worker");
    const std::string text = join_command(context.program);
    context.worker_commands.push_back(text);
    workers = open_workers(context, text);
    asked.program = {};
  } else {
    asked.program.words = context.program;
    workers = workers_for(asked, context);
  }
  asked.flags.launches = std::to_string(2 * options.sessions * options.launches);
  run::PlanRequest request;
  run::Plan plan;
  run::Execution execution = plan_new(asked, context, std::move(workers), request, plan);
  choose_collectors(execution, context.settings);
  for (const auto& refused : plan.refused)
    context.terminal.note(fmt::format("not here: {}: {}", printable(to_string(refused.value)),
                                      printable(refused.probe.reason)));
  if (execution.run.plan.empty())
    throw Error(ErrorCode::unavailable, "nothing of what was asked for can run here",
                "see what can with 'assay list implementations'");
  auto& more = execution.run.settings.more;
  more["trial.kind"] = "calibrate";
  more["trial.sessions"] = std::to_string(options.sessions);
  more["trial.launches"] = std::to_string(options.launches);
  return execution;
}

/// What the stored launches say, stored. Cases without a pair say nothing.
std::vector<Calibration> work_out(Store& store, const std::string& run_id, const CalibrateOptions& options) {
  const Run run = store.load_run(run_id);
  auto compared = self_compared(run, store.load_summaries(run_id), static_cast<int>(options.sessions));
  std::erase_if(compared, [](const SelfCompared& one) {
    return std::all_of(one.sessions.begin(), one.sessions.end(),
                       [](const auto& session) { return session.empty(); });
  });
  if (compared.empty()) return {};
  CalibrationRule rule;
  rule.rule.most_pairs = static_cast<int>(options.most_launches);
  rule.session_pairs = static_cast<int>(options.launches);
  rule.seed = run.settings.seed;
  std::vector<Calibration> found = calibrate(compared, rule);
  for (Calibration& one : found) {
    one.run = run_id;
    one.host_class_id = run.host.class_id();
    one.at_utc_ms = run.started_utc_ms;
  }
  add_calibrations(store, found);
  return found;
}

int run_it(CalibrateOptions& options, Context& context) {
  if (options.show) return show(context);
  const double pause_s = seconds_of({options.pause, "the command line"}, "--pause");
  run::InterruptGuard guard(interrupt_note(context.terminal));
  run::Execution execution = plan(options, context);
  trials::CalibrateSettings settings;
  settings.rule.most_pairs = static_cast<int>(options.launches);
  settings.sessions = static_cast<int>(options.sessions);
  settings.budget_s = execution.run.settings.budget_s;
  settings.pause_s = pause_s;
  settings.seed = execution.run.settings.seed;
  Store store = Store::open(context.settings.database(), Store::Mode::create);
  Reporter reporter(context.terminal);
  const auto outcome =
      trials::run_calibrate(execution, settings, store, reporter.callbacks(),
                            [&](const trials::CalibrateProgress& at) { reporter.calibration(at); });
  context.terminal.status("working out what can be detected");
  const std::vector<Calibration> found = work_out(store, outcome.run.run_id, options);
  guard.measuring_ended();
  context.terminal.clear_status();
  const std::string class_id = execution.run.host.class_id();
  context.terminal.out(context.json ? calibration_json(found, class_id)
                                    : calibration_text(found, context.terminal.width()));
  if (outcome.out_of_budget)
    context.terminal.note("the budget was spent: some sessions have fewer pairs than --launches asks for");
  for (const std::string& failure : outcome.failures)
    context.terminal.note("not calibrated: " + printable(failure, 500));
  if (outcome.run.interrupted_by != 0) {
    context.terminal.note("interrupted: what is said is of the pairs until then");
    return 128 + outcome.run.interrupted_by;
  }
  return exit_of(results(store, outcome.run.run_id));
}

}  // namespace

CommandSpec calibrate_command() {
  return {
      "calibrate", "this host's false-alarm rate and smallest detectable effect",
      "assay calibrate --suite quick --budget 20m",
      [](Arguments arguments) {
        auto options = std::make_shared<CalibrateOptions>();
        RunOptions& measure = options->measure;
        arguments.explain_below(
            "Every case is measured against itself, as 'assay ab' measures two sides, in several sessions. "
            "What comes of it is kept for this class of hosts, and 'assay gate', 'assay ab' and 'assay "
            "doctor' "
            "go by it: a smallest effect below what can be shown is never called the same, and against "
            "baseline: or run: times are judged by what two sessions differ by.\n"
            "Behind -- stands somebody else's program, as for 'assay run', or with --as worker a worker.\n");
        add_trial_options(arguments, measure, "of a plain command's case (its file name)");
        arguments.flag("--show", options->show, "what is known of this class of hosts; measures nothing");
        arguments.add("--sessions", options->sessions, "times that all of it is measured")
            .show_default()
            .between(1, 10'000);
        arguments.add("--launches", options->launches, "pairs of launches of a case in a session")
            .show_default()
            .between(6, 450);
        arguments
            .add("--most-launches", options->most_launches,
                 "of each side that a gate may make: within them a change is to be shown")
            .show_default()
            .between(12, 450);
        arguments
            .add("--pause", options->pause,
                 "between two sessions: 10m; sessions in a row see what "
                 "changes within minutes")
            .show_default();
        arguments.add("--device", measure.device, "only on this device: cpu, cuda:0");
        arguments.add("--collect", measure.flags.collectors, "collectors beside the times: perf_event:cycles")
            .one_a_flag();
        return [options](Context& context) { return run_it(*options, context); };
      },
      true};
}

}  // namespace assay::cli
