// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "harness/answers/profile.h"
#include "harness/answers/results.h"
#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/machine_runs.h"
#include "harness/cli/measure.h"
#include "harness/cli/metric_groups.h"
#include "harness/cli/profile_view.h"
#include "harness/cli/show_view.h"
#include "harness/core/error.h"

namespace assay::cli {

namespace {

struct Options {
  std::string selector;
  std::string run;
  std::string loops = "3";
  RunOptions measure;
};

std::size_t loop_count(const std::string& text) {
  const bool number =
      !text.empty() && text.size() < 4 && text.find_first_not_of("0123456789") == std::string::npos;
  if (!number)
    throw Error(ErrorCode::usage, fmt::format("--loops is '{}'", text),
                "give a number from 0 to 999: --loops 5");
  return static_cast<std::size_t>(std::stoul(text));
}

/// All that explains: exact counts, what host and process did, and every metric group whose events this
/// machine counts.
std::vector<std::string> explaining(const Context& context) {
  std::vector<std::string> wished{"callgrind:cache,branch,hot_spots", "rusage", "pressure", "memory"};
  for (const auto& group : groups_here(context)) {
    if (usable(group, try_group(group)) == "yes") wished.push_back("group:" + group.name);
  }
  return wished;
}

/// Without exact counts the half of a profile is missing: why, and what to do about it.
void tell_absent(const Context& context) {
  for (const auto& row : program_components().around_collectors) {
    const Probe probe = row.make()->probe();
    if (!probe.available)
      context.terminal.note(fmt::format("no exact counts: {}\n  {}", probe.reason, probe.remedy));
  }
}

/// Prints the profiles of the cases of a run that the selector matches. \returns their rows.
std::vector<ResultRow> show(const Options& options, const Store& store, const std::string& run_id,
                            const std::optional<Selector>& selector, const Context& context) {
  const Run run = store.load_run(run_id);
  const auto rows = results(store, run_id, selector);
  if (rows.empty() && selector) throw nothing_matches(run, *selector);
  const std::string limits = newest_run(store, Machine(run.host), false);
  const auto roofs = limits.empty() ? std::vector<ResultRow>() : results(store, limits);
  if (limits.empty())
    context.terminal.note("this machine's limits are not in " + store.path() +
                          ": 'assay roofline' measures them");
  bool first = true;
  for (const auto& row : rows) {
    const auto planned = std::find_if(run.plan.begin(), run.plan.end(),
                                      [&](const auto& one) { return to_string(one.value) == row.case_key; });
    const auto launches =
        planned == run.plan.end() ? std::vector<Launch>() : store.load_case(run_id, planned->ordinal);
    const Profile profile = make_profile(row, launches, roofs, run.host.host_class);
    if (context.json) {
      context.terminal.out(profile_json(profile, run, context.identify));
      continue;
    }
    if (!first) context.terminal.out("\n");
    first = false;
    context.terminal.out(profile_text(profile, run, loop_count(options.loops), context.terminal.width()));
  }
  return rows;
}

int run_it(Options& options, Context& context) {
  (void)loop_count(options.loops);
  if (!options.run.empty()) {
    const Store store = Store::open(context.settings.database(), Store::Mode::read_only);
    std::optional<Selector> selector;
    if (!options.selector.empty()) selector = parse_selector(options.selector);
    show(options, store, store.find_run(options.run), selector, context);
    return exit_fine;
  }
  if (options.selector.empty())
    throw Error(ErrorCode::usage, "no case was named",
                "name one ('assay profile \"llm.gemv/simd\"'), or a stored run with --run");
  tell_absent(context);
  options.measure.wished_collectors = explaining(context);
  options.measure.selectors = {options.selector};
  return measure(options.measure, context, [&](const Store& store, const std::string& run_id) {
    return show(options, store, run_id, std::nullopt, context);
  });
}

}  // namespace

CommandSpec profile_command() {
  return {"profile", "why a case is as fast as it is: limits, exact counts, hot loops",
          "assay profile 'llm.gemv/simd?dtype=q8_0&threads=1'", [](Arguments arguments) {
            auto options = std::make_shared<Options>();
            arguments.add("case", options->selector,
                          "what to measure, as for 'assay run'; several cases are shown one after the other");
            arguments.add("--run", options->run, "show this stored run's instead of measuring");
            arguments.add("--loops", options->loops, "how many hot loops to show (3)");
            arguments
                .add("--input", options->measure.inputs,
                     "real input: FAMILY=FILE, for tables FAMILY=FILE:ROLE=COLUMN,...")
                .one_a_flag();
            arguments.add("--launches", options->measure.flags.launches,
                          "fresh starts of the timing lane (6)");
            arguments.add("--max-time", options->measure.flags.max_time,
                          "longest measuring of a launch: 500ms, 2s (1s)");
            arguments.add("--cpus", options->measure.flags.cpus, "measure on these CPUs: 0,2-3");
            arguments
                .add("--collect", options->measure.flags.collectors,
                     "more collectors than those that are there: papi:PAPI_TOT_INS")
                .one_a_flag();
            return [options](Context& context) { return run_it(*options, context); };
          }};
}

}  // namespace assay::cli
