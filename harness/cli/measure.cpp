// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "harness/cli/exit_code.h"
#include "harness/cli/format.h"
#include "harness/cli/plan_view.h"
#include "harness/cli/run_collectors.h"
#include "harness/cli/run_inputs.h"
#include "harness/cli/run_settings.h"
#include "harness/cli/suites.h"
#include "harness/cli/workers.h"
#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/core/text.h"
#include "harness/inputs/cache.h"
#include "harness/run/environment.h"
#include "harness/run/execute.h"
#include "harness/run/interrupt.h"
#include "harness/run/resume.h"
#include "harness/run/uuid.h"
#include "harness/store/store.h"

namespace assay::cli {

namespace {

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

/// A new run from selectors, suites and settings.
run::Execution plan_new(const RunOptions& options, Context& context, run::Plan& plan) {
  run::PlanRequest request;
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
  const run::Topology topology = run::read_topology();
  if (foreign) {
    const std::string worker = foreign_worker(options.program, context.terminal);
    context.worker_commands.push_back(worker);
    execution.workers = open_workers(context, worker);
  } else {
    execution.workers = open_workers(context);
  }
  request.inputs = bind_inputs(options.inputs, execution.workers, context.terminal);
  request.launches = static_cast<int>(context.settings.integer("run.launches", 1, 100'000));
  request.cpus = chosen_cpus(context.settings, topology);
  plan = run::make_plan(request, execution.workers);
  refuse_unused_inputs(request.inputs, plan);
  execution.limits = launch_limits(context.settings);
  execution.run = new_run(context, topology, plan);
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

/// The stored plan of a run that did not end.
run::Execution plan_resumed(const RunOptions& options, Context& context, Store& store) {
  refuse_changes(options);
  const bool newest = options.resume == "latest" || options.resume.empty();
  run::Execution execution;
  execution.resume = true;
  execution.run = store.load_run(store.find_run(newest ? "latest" : options.resume));
  for (const auto& text : execution.run.settings.workers) {
    if (std::find(context.worker_commands.begin(), context.worker_commands.end(), text) ==
        context.worker_commands.end()) {
      context.worker_commands.push_back(text);
    }
  }
  restore_settings(context.settings, execution.run.settings);
  execution.workers = open_workers(context);
  const run::Topology topology = run::read_topology();
  run::check_resume(execution.run, store.load_summaries(execution.run.id), run::read_host(topology),
                    execution.workers);
  restore_inputs(execution.run, execution.workers, context.terminal);
  execution.limits = launch_limits(context.settings);
  // The budget that was spent does not count again.
  context.settings.set("run.budget", options.flags.budget, "--budget");
  execution.run.settings.budget_s = context.settings.seconds("run.budget");
  return execution;
}

/// Did the user (not a suite, not a star) name the implementation of this case?
bool is_named(const std::vector<std::string>& selectors, const Case& value) {
  return std::any_of(selectors.begin(), selectors.end(), [&](const std::string& text) {
    const Selector selector = parse_selector(text);
    return selector.implementation == value.implementation && glob_match(selector.workload, value.workload);
  });
}

class Reporter {
 public:
  explicit Reporter(const Terminal& terminal) : terminal_(terminal) {}

  run::Progress callbacks() {
    run::Progress progress;
    progress.note = [this](const std::string& text) { terminal_.note(text); };
    progress.begin = [this](const PlannedCase& planned, int launch, std::size_t done, std::size_t all,
                            double eta_s) {
      terminal_.status(fmt::format("[{:>3}/{}] ETA {}  {}  launch {}", done + 1, all, clock_time(eta_s),
                                   printable(to_string(planned.value), 120), launch + 1));
      // Off a terminal: a line about every ten seconds, so that a log shows that it lives.
      const auto now = std::chrono::steady_clock::now();
      if (!terminal_.error_is_terminal() && now - last_ > std::chrono::seconds(10)) {
        if (done > 0)
          terminal_.note(fmt::format("{} of {} launches done, about {} left", done, all, clock_time(eta_s)));
        last_ = now;
      }
    };
    progress.end = [this](const PlannedCase& planned, const Launch& launch) {
      if (launch.status == Status::ok) return;
      terminal_.note(fmt::format("{}: launch {} {}: {}", printable(to_string(planned.value), 200),
                                 launch.index + 1, to_string(launch.status), printable(launch.reason, 500)));
      const std::string log = last_lines(launch.log, "    ");
      if (!log.empty() && log != last_log_)  // the next launch of a bad worker says the same
        terminal_.note("  its log ends:\n" + log.substr(0, log.rfind('\n')));
      last_log_ = log;
    };
    return progress;
  }

 private:
  const Terminal& terminal_;
  std::string last_log_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// What the first Ctrl-C is answered with; on a terminal the status line gives way.
std::string interrupt_note(const Terminal& terminal) {
  if (terminal.quiet) return "";
  return std::string(terminal.error_is_terminal() ? "\r\033[K" : "") +
         "ending after the request in flight, which is stored; once more ends it now\n";
}

/// The cases that their worker called a mistake, as any other command line that is wrong is answered.
void tell_mistakes(const Run& run, const run::Outcome& outcome, const Terminal& terminal) {
  for (const auto& planned : run.plan) {
    const auto found = outcome.mistakes.find(planned.ordinal);
    if (found == outcome.mistakes.end()) continue;
    const Error& error = found->second;
    terminal.error(fmt::format("assay: {}: {}{}", printable(to_string(planned.value), 200),
                               printable(error.what(), 500),
                               error.remedy.empty() ? "" : "\n  " + printable(error.remedy, 500)));
    if (const std::string input = input_of(run, planned.value); !input.empty())
      terminal.error("  its input: " + printable(input));
  }
}

/// Parameters that were asked for and that the cases do not have.
void tell_of_input(const run::Plan& plan, const Terminal& terminal) {
  if (plan.of_input.empty()) return;
  terminal.note(fmt::format("{} of the selectors: left out where --input gives a file, which says it",
                            printable(fmt::format("{}", fmt::join(plan.of_input, ", ")))));
}

void tell_invalid(const std::vector<ResultRow>& rows, const Terminal& terminal) {
  for (const bool wrong : {true, false}) {
    const auto is_it = [&](const ResultRow& row) {
      return row.status == Status::invalid && (row.verified == false) == wrong;
    };
    const auto first = std::find_if(rows.begin(), rows.end(), is_it);
    if (first == rows.end()) continue;
    terminal.note(fmt::format("{}: {} of {} cases, whose times count nowhere; the first is {}",
                              wrong ? "wrong results" : "false times",
                              std::count_if(first, rows.end(), is_it), rows.size(),
                              printable(first->case_key)));
  }
}

/// Where a certain number of cases is asked for, others would be measured in vain.
void refuse_other_numbers(const RunOptions& options, const run::Plan& plan) {
  if (options.cases == 0 || plan.cases.empty() || plan.cases.size() == options.cases) return;
  std::string names;
  for (std::size_t i = 0; i < std::min<std::size_t>(plan.cases.size(), 5); ++i)
    names += (i == 0 ? "" : ", ") + to_string(plan.cases[i].value);
  if (plan.cases.size() > 5) names += ", ...";
  throw Error(ErrorCode::usage,
              fmt::format("{} cases are to be named, these selectors match {}: {}", options.cases,
                          plan.cases.size(), names),
              "write each out: 'llm.gemv/simd?dtype=q8_0&threads=1'");
}

/// What the results say about the run as a whole: wrong results, cases without any, named ones that are not
/// here.
int outcome_code(const std::vector<std::string>& selectors, const run::Plan& plan,
                 const run::Outcome& outcome, const std::vector<ResultRow>& rows) {
  int code = outcome.mistakes.empty() ? exit_fine : exit_usage;
  const auto unavailable = [&](const Case& value) {
    if (is_named(selectors, value)) code = worse(code, exit_unavailable);
  };
  for (const auto& refused : plan.refused) unavailable(refused.value);
  for (const auto& row : rows) {
    if (row.status == Status::unavailable) unavailable(row.value);
    if (row.status == Status::invalid)  // its result is wrong, or its times are false
      code = worse(code, row.verified == false ? exit_wrong_result : exit_no_result);
    if (row.status == Status::failed || row.status == Status::timeout) code = worse(code, exit_no_result);
  }
  // All that was asked for is unavailable, by whatever name.
  const bool none = !rows.empty() && std::all_of(rows.begin(), rows.end(), [](const ResultRow& row) {
    return row.status == Status::unavailable;
  });
  if (none) code = worse(code, exit_unavailable);
  return code;
}

}  // namespace

int measure(const RunOptions& options, Context& context, const ShowRows& show) {
  run::Plan plan;
  inputs::Cache cache;
  inputs::CacheUse cache_use(cache);
  const auto cache_limit = static_cast<std::uint64_t>(context.settings.byte_count("cache.limit"));
  const bool resume = !options.resume.empty();
  if (options.dry_run && !resume) {
    run::Execution execution = plan_new(options, context, plan);
    choose_collectors(execution, context.settings);
    tell_of_input(plan, context.terminal);
    context.terminal.out(describe_plan(execution, plan, context));
    return plan.cases.empty() ? exit_unavailable : exit_fine;
  }
  Store store =
      Store::open(context.settings.database(), resume ? Store::Mode::read_write : Store::Mode::create);
  run::Execution execution =
      resume ? plan_resumed(options, context, store) : plan_new(options, context, plan);
  choose_collectors(execution, context.settings, options.wished_collectors);
  for (const auto& refused : plan.refused) {
    context.terminal.note(fmt::format(
        "not here: {}: {}{}", printable(to_string(refused.value)), printable(refused.probe.reason),
        refused.probe.remedy.empty() ? "" : "\n  " + printable(refused.probe.remedy)));
  }
  if (!plan.hidden.empty()) {
    const auto& [text, reason] = *plan.hidden.begin();
    const std::string more =
        plan.hidden.size() == 1 ? "" : fmt::format(" (so are {} more)", plan.hidden.size() - 1);
    context.terminal.note(
        fmt::format("two workers offer {}: {}{}", printable(text), printable(reason), more));
  }
  tell_of_input(plan, context.terminal);
  refuse_other_numbers(options, plan);
  if (execution.run.plan.empty()) {
    if (plan.refused.empty()) {
      throw Error(ErrorCode::unavailable, "only the reference matches, which is timed only when it is named",
                  "name it: 'WORKLOAD/reference'");
    }
    throw Error(ErrorCode::unavailable,
                "nothing of what was asked for can run here: " + to_string(plan.refused.front().value) +
                    ": " + plan.refused.front().probe.reason);
  }

  Reporter reporter(context.terminal);
  run::InterruptGuard guard(interrupt_note(context.terminal));
  const auto outcome = run::execute(execution, store, reporter.callbacks());
  guard.measuring_ended();
  const auto rows = show(store, outcome.run_id);
  cache_use.release();
  cache.prune(cache_limit);
  if (store.was_moved()) {
    store.write_back();
    throw Error(ErrorCode::io,
                "database " + store.path() + " was removed, renamed or replaced while the run went on",
                "what was measured is in the file that was open then, and nowhere if that was removed");
  }
  if (outcome.wall_s > 0) {
    context.terminal.note(fmt::format(
        "{} launches in {}; {} of that time the workers prepared, verified, warmed up and measured",
        outcome.launches, clock_time(outcome.wall_s), percent(outcome.worker_s / outcome.wall_s)));
  }
  if (outcome.skipped > 0) {
    context.terminal.note(fmt::format(
        "{} launches were skipped: the budget was spent; measure them with: assay run --resume {}",
        outcome.skipped, outcome.run_id.substr(0, 8)));
  }
  if (outcome.interrupted_by != 0) {
    context.terminal.note(
        fmt::format("interrupted; what was measured is stored; go on with: assay run --resume {}",
                    outcome.run_id.substr(0, 8)));
    return 128 + outcome.interrupted_by;
  }
  if (run::interrupt_signal() != 0) return 128 + run::interrupt_signal();  // after the last launch
  tell_mistakes(execution.run, outcome, context.terminal);
  tell_invalid(rows, context.terminal);
  return outcome_code(options.selectors, plan, outcome, rows);
}

}  // namespace assay::cli
