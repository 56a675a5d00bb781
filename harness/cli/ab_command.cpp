// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "harness/cli/ab_sides.h"
#include "harness/cli/ab_trial.h"
#include "harness/cli/command.h"
#include "harness/cli/comparison_view.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/format.h"
#include "harness/cli/gate_view.h"
#include "harness/cli/git_builds.h"
#include "harness/cli/progress.h"
#include "harness/cli/show_view.h"
#include "harness/cli/workers.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/run/interrupt.h"

namespace assay::cli {

namespace {

struct Options {
  RunOptions measure;
  std::vector<std::string> revisions;
  std::string build;
  std::string effect = "0.75%";
  std::int64_t most_pairs = 60;
  bool tail = false;
  bool no_rerun = false;
};

/// "0.5%" or "0.005".
double share_of(const std::string& text) {
  const bool percent = !text.empty() && text.back() == '%';
  const auto value = parse_real(percent ? text.substr(0, text.size() - 1) : text);
  const double share = value ? *value / (percent ? 100 : 1) : 0;
  if (share > 0 && share < 1) return share;
  throw Error(ErrorCode::usage, fmt::format("--effect {}: not a share", printable(text)),
              "write --effect 0.5%, or 0.005");
}

std::string words_of(const SideCommand& side) {
  return join_command(side.words) + (side.revision.empty() ? "" : " of " + side.revision.substr(0, 12));
}

std::string closing_text(const trials::PairedTrial& trial, const Run& run, const SuiteRule& rule) {
  std::string text = fmt::format("{} launches in {}; run {}.", trial.launches, clock_time(trial.took_s),
                                 run.id.substr(0, 8));
  if (trial.out_of_budget)
    text += " The budget was spent before all was decided: a larger --budget decides more.";
  if (trial.interrupted) text += " It was interrupted: what is said is of the pairs until then.";
  return text +
         fmt::format(
             " Unchanged cases are called slower or faster in at most {} of such trials, a single one in "
             "{}.\n",
             percent(rule.suite_error), percent(rule.case_error));
}

void show(const Comparison& comparison, const trials::PairedTrial& trial, const Run& run,
          const SuiteRule& rule, const Context& context) {
  if (!context.json) {
    context.terminal.out(
        comparison_text(comparison,
                        "it is that of pairs of launches in turn, base and new are each side's medians",
                        context.terminal.width()) +
        closing_text(trial, run, rule));
    return;
  }
  Document document = make_document("ab", context, {run});
  document.pairs = comparison.pairs;
  for (const auto& pair : comparison.pairs) {
    if (pair.base) document.results.push_back(*pair.base);
    if (pair.candidate) document.results.push_back(*pair.candidate);
  }
  context.terminal.out(to_json(document));
}

int run_it(Options& options, Context& context) {
  const bool revisions = !options.revisions.empty();
  if (revisions && (options.revisions.size() != 2 || options.build.empty()))
    throw Error(ErrorCode::usage, "--rev is given twice, the base first, with --build",
                "write: assay ab --rev main --rev HEAD --build 'make' -- ./program");
  run::InterruptGuard guard(interrupt_note(context.terminal));
  auto commands = split_sides(context.program, revisions ? 1 : 2);
  std::vector<GitBuild> builds;
  if (revisions) {
    commands.push_back(commands.front());
    for (std::size_t i = 0; i < 2; ++i) {
      builds.emplace_back(options.revisions[i], options.build, context.terminal);
      commands[i].folder = builds.back().folder();
      commands[i].revision = builds.back().revision();
    }
  }
  Policy policy;
  policy.effect = share_of(options.effect);
  policy.budget.most_pairs = static_cast<int>(options.most_pairs);
  policy.rerun = !options.no_rerun;
  policy.tail = options.tail;
  policy.max_undecided = 1;  // who asks is told, and decides
  options.measure.flags.launches = std::to_string(options.most_pairs);
  AbPlan plan = plan_sides(options.measure, commands[0], commands[1], context);
  const MeasuredSides measured = measure_sides(plan, policy, words_of(plan.base), context);
  guard.measuring_ended();
  Comparison comparison = with_rows(judge(measured.evidence, policy), measured);
  comparison.candidates = {words_of(plan.candidate)};
  show(comparison, measured.trial, measured.run, policy.budget, context);
  if (measured.interrupted_by != 0) return 128 + measured.interrupted_by;
  return exit_of(decide(measured.evidence, policy));
}

}  // namespace

CommandSpec ab_command() {
  return {
      "ab", "is NEW slower than OLD? fresh launches of both in turn, judged as they come",
      "assay ab -- ./old_benchmarks -- ./new_benchmarks",
      [](Arguments arguments) {
        auto options = std::make_shared<Options>();
        RunOptions& measure = options->measure;
        arguments.explain_below(
            "Behind -- stand two commands, each as for 'assay run': plain programs, Google Benchmark "
            "programs, or, "
            "with --as worker, workers of Assay's protocol:\n"
            "  assay ab 'llm.gemv/simd' --as worker -- old/libexec/assay/assay-worker-native -- "
            "build/release/libexec/assay/assay-worker-native\n"
            "  assay ab --rev main --rev HEAD --build 'make' -- ./program     both built in worktrees of "
            "their own\n\n"
            "Exit code 1: something is slower. A case ends as soon as it is decided: 'slower' and 'faster' "
            "are beyond --effect, and 'slower' is measured once more; 'same' is within it; 'undecided' "
            "changes "
            "nothing.\n");
        arguments.add("selector", measure.selectors, "only these cases, as for 'assay run'");
        arguments.add(
            "--as", measure.program.tool,
            "what the commands are: command, criterion, google_benchmark, nvbench, pytest_benchmark (mostly "
            "seen by itself), worker");
        arguments.add("--name", measure.program.name, "of a plain command's case (the base's file name)");
        arguments.add("--rev", options->revisions, "revisions to build and compare, the base first")
            .one_a_flag();
        arguments.add("--build", options->build, "how a revision is built: a command line for sh");
        arguments.add("--effect", options->effect, "smallest change of interest").show_default();
        arguments.add("--budget", measure.flags.budget, "start no launch after this time: 90s, 10m");
        arguments.add("--most-launches", options->most_pairs, "of each side for each case")
            .show_default()
            .between(6, 900);
        arguments.flag("--tail", options->tail,
                       "judge the share of slow requests (beyond the base's p99), too");
        arguments.flag("--no-rerun", options->no_rerun, "do not measure what is slower once more");
        arguments.add("--suite", measure.suites, "a suite's name, or a .toml file").one_a_flag();
        arguments.add("--input", measure.inputs, "real input, as for 'assay run'").one_a_flag();
        arguments.add("--label", measure.labels, "name or key=value, to find the run again").one_a_flag();
        arguments.add("--cpus", measure.flags.cpus, "measure on these CPUs: 0,2-3");
        arguments.add("--seed", measure.flags.seed, "of inputs and order (1)");
        arguments.add("--max-time", measure.flags.max_time, "longest measuring of a launch: 500ms, 2s (1s)");
        arguments.add("--collect", measure.flags.collectors, "collectors beside the times: perf_event:cycles")
            .one_a_flag();
        return [options](Context& context) { return run_it(*options, context); };
      },
      true};
}

}  // namespace assay::cli
