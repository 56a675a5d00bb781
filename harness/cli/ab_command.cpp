// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>
#include <memory>
#include <optional>

#include "harness/cli/ab_sides.h"
#include "harness/cli/ab_trial.h"
#include "harness/cli/command.h"
#include "harness/cli/comparison_view.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/format.h"
#include "harness/cli/gate_view.h"
#include "harness/cli/git_builds.h"
#include "harness/cli/layouts.h"
#include "harness/cli/progress.h"
#include "harness/cli/show_view.h"
#include "harness/cli/trial_options.h"
#include "harness/cli/workers.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/run/interrupt.h"

namespace assay::cli {

namespace {

struct AbOptions {
  RunOptions measure;
  std::vector<std::string> revisions;
  std::string build;
  RuleOptions rule;
  std::int64_t layouts = 0;
};

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

int run_it(AbOptions& options, Context& context) {
  const bool revisions = !options.revisions.empty();
  if (revisions && (options.revisions.size() != 2 || options.build.empty()))
    throw Error(ErrorCode::usage, "--rev is given twice, the base first, with --build",
                "write: assay ab --rev main --rev HEAD --build 'make' -- ./program");
  if (options.layouts > 0 && !revisions)
    throw Error(ErrorCode::usage, "--layouts links both sides anew, so Assay has to build them",
                "write: assay ab --layouts 60 --rev main --rev HEAD --build 'make' -- ./program");
  run::InterruptGuard guard(interrupt_note(context.terminal));
  auto commands = split_sides(context.program, revisions ? 1 : 2);
  std::vector<GitBuild> builds;
  std::vector<Layouts> layouts;  // of each side, or none
  const auto count = static_cast<int>(options.layouts);
  if (count > 0) options.rule.most_pairs = count;
  if (revisions) {
    for (const auto& revision : options.revisions)
      find_commit(revision, "--rev");  // before minutes of building
    commands.push_back(commands.front());
    for (std::size_t i = 0; i < 2; ++i) {
      std::optional<LinkerFront> front;
      if (count > 0) front.emplace(count);
      builds.emplace_back(options.revisions[i], "--rev", options.build, context.terminal,
                          front ? front->environment() : std::map<std::string, std::string>());
      commands[i].folder = builds.back().folder();
      commands[i].revision = builds.back().revision();
      if (front)
        layouts.emplace_back(*front, count,
                             find_on_path(in_folder(commands[i].words[0], commands[i].folder)));
    }
  }
  const Policy policy = policy_of(options.rule);
  options.measure.flags.launches = std::to_string(policy.budget.most_pairs);
  AbPlan plan = plan_sides(options.measure, commands[0], commands[1], context);
  if (!layouts.empty()) {
    for (auto& worker : plan.execution.workers) worker.relinked = true;
    plan.execution.run.settings.more["trial.layouts"] = std::to_string(count);
    plan.before_launch = [&layouts](trials::Side side, int pair) {
      layouts[side == trials::Side::base ? 0 : 1].select(pair);
    };
  }
  const MeasuredSides measured = measure_sides(plan, policy, words_of(plan.base), context);
  guard.measuring_ended();
  Comparison comparison = with_rows(judge(measured.evidence, policy), measured);
  comparison.candidates = {words_of(plan.candidate)};
  if (!layouts.empty()) tell_spread(comparison, measured.trial);
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
        auto options = std::make_shared<AbOptions>();
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
        arguments.add("--rev", options->revisions, "revisions to build and compare, the base first")
            .one_a_flag();
        arguments.add("--build", options->build, "how a revision is built: a command line for sh");
        add_rule_options(arguments, options->rule, options->measure, "smallest change of interest");
        add_trial_options(arguments, options->measure, "of a plain command's case (the base's file name)");
        arguments
            .add("--layouts", options->layouts,
                 "with --rev: link both sides in so many layouts with lld, a pair of launches each")
            .between(6, 900);
        return [options](Context& context) { return run_it(*options, context); };
      },
      true};
}

}  // namespace assay::cli
