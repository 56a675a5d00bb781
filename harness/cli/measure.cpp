// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/measure.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/cli/exit_code.h"
#include "harness/cli/format.h"
#include "harness/cli/metric_groups.h"
#include "harness/cli/plan_run.h"
#include "harness/cli/plan_view.h"
#include "harness/cli/progress.h"
#include "harness/cli/run_collectors.h"
#include "harness/cli/run_inputs.h"
#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/core/text.h"
#include "harness/inputs/cache.h"
#include "harness/run/execute.h"
#include "harness/run/interrupt.h"
#include "harness/store/store.h"

namespace assay::cli {

namespace {

/// Did the user (not a suite, not a star) name the implementation of this case?
bool is_named(const std::vector<std::string>& selectors, const Case& value) {
  return std::any_of(selectors.begin(), selectors.end(), [&](const std::string& text) {
    const Selector selector = parse_selector(text);
    return selector.implementation == value.implementation && glob_match(selector.workload, value.workload);
  });
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

/// Of the command that asks, and of its suites.
std::vector<std::string> wished_collectors(const RunOptions& options) {
  std::vector<std::string> wished = options.wished_collectors;
  for (const auto& name : options.suites) {
    const Suite suite = load_suite(name);
    wished.insert(wished.end(), suite.collect_if_here.begin(), suite.collect_if_here.end());
  }
  return wished;
}

/// Groups that were asked for by name and that gave nothing are not here, as a collector is not.
int tell_groups(const std::vector<stats::MetricGroup>& asked, const std::vector<ResultRow>& rows,
                const Terminal& terminal) {
  const auto errors = groups_without_values(asked, rows);
  for (const auto& error : errors)
    terminal.error(
        fmt::format("assay: {}\n  {}", printable(error.what(), 1000), printable(error.remedy, 1000)));
  return errors.empty() ? exit_fine : exit_unavailable;
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
  }
  code = worse(code, exit_of(rows));
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
  run::PlanRequest request;
  inputs::Cache cache;
  inputs::CacheUse cache_use(cache);
  const auto cache_limit = static_cast<std::uint64_t>(context.settings.byte_count("cache.limit"));
  const bool resume = !options.resume.empty();
  if (options.dry_run && !resume) {
    run::Execution execution = plan_new(options, context, workers_for(options, context), request, plan);
    choose_collectors(execution, context.settings);
    tell_of_input(plan, context.terminal);
    context.terminal.out(describe_plan(execution, plan, context));
    return plan.cases.empty() ? exit_unavailable : exit_fine;
  }
  Store store =
      Store::open(context.settings.database(), resume ? Store::Mode::read_write : Store::Mode::create);
  run::Execution execution = resume
                                 ? plan_resumed(options, context, store)
                                 : plan_new(options, context, workers_for(options, context), request, plan);
  const auto asked_groups = chosen_groups(execution.run.settings.collectors, context.settings);
  choose_collectors(execution, context.settings, wished_collectors(options));
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
    context.terminal.note(
        fmt::format("{} in {}; {} of that time the workers prepared, verified, warmed up and measured",
                    how_many(outcome.launches, "launch"), clock_time(outcome.wall_s),
                    percent(outcome.worker_s / outcome.wall_s)));
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
  return worse(tell_groups(asked_groups, rows, context.terminal),
               outcome_code(options.selectors, plan, outcome, rows));
}

}  // namespace assay::cli
