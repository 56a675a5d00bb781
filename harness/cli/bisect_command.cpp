// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

#include "harness/cli/ab_sides.h"
#include "harness/cli/ab_trial.h"
#include "harness/cli/bisect_view.h"
#include "harness/cli/command.h"
#include "harness/cli/comparison_view.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/format.h"
#include "harness/cli/gate_view.h"
#include "harness/cli/git.h"
#include "harness/cli/git_bisection.h"
#include "harness/cli/git_builds.h"
#include "harness/cli/progress.h"
#include "harness/cli/regression_id.h"
#include "harness/cli/trial_options.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/run/interrupt.h"

namespace assay::cli {

namespace {

struct BisectOptions {
  RunOptions measure;
  RuleOptions rule{.effect = ""};
  std::string good, build;
  std::string bad;
  bool first_parent = false;
  HistoryOptions history;
};

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Commit commit_of(const std::string& id) {
  return parse_commit_object(id, run_git(".", {"cat-file", "commit", id}).lines);
}

/// The effect in the middle, by logarithms, between no change and that ratio: which side a commit is on is
/// decided also where the host is too noisy for a small effect.
double half_of(double ratio, double least) {
  constexpr double most = 0.9;
  return std::clamp(1 / std::sqrt(ratio) - 1, least, most);
}

/// Judges commits against the good one, and keeps what it saw.
class Judge {
 public:
  Judge(const BisectOptions& options, const Commit& good, const Commit& bad, Context& context)
      : options_(options),
        context_(context),
        policy_(policy_of(options.rule)),
        base_(good.id, "--good", options.build, context.terminal) {
    report_.good = good;
    report_.bad = bad;
  }

  /// The bad end itself: chooses the case that is followed, that which lost most. \returns the exit code
  /// where none is slower.
  int check_bad();
  trials::BisectMark judge(const std::string& id);
  BisectReport& report() { return report_; }

 private:
  MeasuredSides measure(const std::string& id);
  trials::BisectMark keep(JudgedCommit judged);

  const BisectOptions& options_;
  Context& context_;
  Policy policy_;
  GitBuild base_;
  std::string rule_;  ///< of the verdict that is followed: "paired" or "tail"
  BisectReport report_;
};

/// Builds that commit and measures it beside the good one: all that was asked for, or the case that is
/// followed.
MeasuredSides Judge::measure(const std::string& id) {
  const GitBuild build(id, "--bad", options_.build, context_.terminal);
  const SideCommand base{context_.program, base_.folder(), base_.revision()};
  const SideCommand candidate{context_.program, build.folder(), build.revision()};
  Context step = context_;  // planning adds its workers
  RunOptions asked = options_.measure;
  asked.flags.launches = std::to_string(policy_.budget.most_pairs);
  asked.labels.push_back("bisect=" + report_.bad.id.substr(0, 12));
  AbPlan plan = plan_sides(asked, base, candidate, step);
  if (!report_.case_key.empty()) keep_case(plan, report_.case_key);
  return measure_sides(plan, policy_, base_.revision().substr(0, 12), step);
}

trials::BisectMark Judge::keep(JudgedCommit judged) {
  if (run::interrupt_signal() != 0) return trials::BisectMark::skip;  // a part of it decides nothing
  context_.terminal.note(fmt::format("{} is {}: {}{}", judged.commit.id.substr(0, 12), to_string(judged.mark),
                                     judged.verdict.ratio ? ratio_text(judged.verdict) + ", " : "",
                                     judged.verdict.reason));
  report_.judged.push_back(std::move(judged));
  return report_.judged.back().mark;
}

int Judge::check_bad() {
  const MeasuredSides measured = measure(report_.bad.id);
  if (measured.interrupted_by != 0) return exit_fine;  // a part of it decides nothing
  const Comparison comparison = with_rows(assay::judge(measured.evidence, policy_), measured);
  const Verdict* worst = nullptr;
  for (const auto& pair : comparison.pairs) {
    const Verdict* of_pair = nullptr;  // the median's, before that of the tail
    for (const auto& verdict : pair.verdicts) {
      const bool paired = verdict.rule == "paired" || verdict.rule == "tail";
      if (of_pair == nullptr && paired && verdict.outcome == Outcome::slower) of_pair = &verdict;
    }
    if (of_pair == nullptr) continue;
    report_.others.push_back(pair.key);
    if (worst != nullptr && of_pair->ratio.value_or(1) >= worst->ratio.value_or(1)) continue;
    worst = of_pair;
    report_.case_key = pair.key;
  }
  std::erase(report_.others, report_.case_key);
  if (worst != nullptr) {
    rule_ = worst->rule;
    if (options_.rule.effect.empty() && worst->ratio) policy_.effect = half_of(*worst->ratio, policy_.effect);
    keep({report_.bad, trials::BisectMark::bad, *worst, measured.run.id});
    return exit_fine;
  }
  bool undecided = false;
  for (const auto& pair : comparison.pairs) {
    if (pair.verdicts.empty()) continue;
    const Verdict& seen = *pair.headline();
    undecided = undecided || seen.outcome == Outcome::undecided;
    JudgedCommit judged{report_.bad, trials::BisectMark::skip, seen, measured.run.id};
    judged.verdict.reason = fmt::format("{}: {}", pair.key, seen.reason);
    const bool good = seen.outcome == Outcome::same || seen.outcome == Outcome::faster;
    if (good) judged.mark = trials::BisectMark::good;
    report_.judged.push_back(std::move(judged));
  }
  const int broken = exit_of(decide(measured.evidence, policy_));
  return broken != exit_fine ? broken : undecided ? exit_dead_gate : exit_usage;
}

trials::BisectMark Judge::judge(const std::string& id) {
  JudgedCommit judged{commit_of(id), trials::BisectMark::skip, {}, ""};
  try {
    const MeasuredSides measured = measure(id);
    judged.run = measured.run.id;
    const Comparison comparison = assay::judge(measured.evidence, policy_);
    for (const auto& pair : comparison.pairs) {
      if (pair.key != report_.case_key) continue;
      for (const auto& verdict : pair.verdicts) {
        if (judged.verdict.rule.empty() || verdict.rule == rule_) judged.verdict = verdict;
      }
    }
    const Outcome outcome = judged.verdict.outcome;
    if (judged.verdict.rule != rule_) return keep(std::move(judged));
    if (outcome == Outcome::slower) judged.mark = trials::BisectMark::bad;
    if (outcome == Outcome::same || outcome == Outcome::faster) judged.mark = trials::BisectMark::good;
  } catch (const Error& error) {
    // A commit that does not build, start or have the case says nothing; a full disk is no commit's fault.
    if (error.code == ErrorCode::io || error.code == ErrorCode::internal) throw;
    judged.verdict.outcome = Outcome::incomparable;
    judged.verdict.reason = error.what();
  }
  return keep(std::move(judged));
}

void tell_progress(const trials::BisectProgress& at, const Terminal& terminal) {
  terminal.note(fmt::format("{} judged; next is {}; about {} left to judge, ETA {}", at.judged + 1,
                            commit_text(commit_of(at.commit)), at.left, clock_time(at.left_s)));
}

/// Without --good the selector is the id of a regression, which says between which commits it lies, and which
/// case it is.
void read_regression(BisectOptions& options, const Context& context) {
  if (!options.good.empty() || options.measure.selectors.size() != 1) return;
  const Candidates candidates =
      find_candidates(options.measure.selectors[0], options.history, context, now_utc_ms());
  const Regression& found = find_regression(options.measure.selectors[0], candidates.all);
  const auto& points = found.series->points;
  const auto& good = points[found.change->first].commit;
  const auto& bad = points[found.change->last].commit;
  if (good == nullptr || bad == nullptr)
    throw Error(ErrorCode::unavailable,
                fmt::format("the commits of regression {} are not known", found.change->id),
                "give them with --good and --bad");
  options.measure.selectors = {points[found.change->index].case_key};
  options.good = good->id;
  if (options.bad.empty()) options.bad = bad->id;
}

int run_it(BisectOptions& options, Context& context) {
  read_regression(options, context);
  if (options.bad.empty()) options.bad = "HEAD";
  if (options.good.empty() || options.build.empty() || context.program.empty())
    throw Error(
        ErrorCode::usage, "bisect needs --good, --build and a command",
        "write: assay bisect --good v1.0 --bad HEAD --build 'make' -- ./program, or the id that 'assay "
        "regressions' has of one in the place of --good");
  run::InterruptGuard guard(interrupt_note(context.terminal));
  const Commit good = commit_of(find_commit(options.good, "--good"));
  const Commit bad = commit_of(find_commit(options.bad, "--bad"));
  GitBisection bisection(good.id, bad.id, options.first_parent);
  const auto stop = [] { return run::interrupt_signal() != 0; };
  Judge judge(options, good, bad, context);
  BisectReport& report = judge.report();
  const double began = seconds_now();
  int code = judge.check_bad();
  trials::BisectOutcome outcome;
  outcome.interrupted = stop();
  if (!report.case_key.empty() && !outcome.interrupted) {
    if (!report.others.empty())
      context.terminal.note(
          fmt::format("{} more cases are slower; {} lost most and is followed: name another "
                      "one to follow that ({})",
                      report.others.size(), printable(report.case_key),
                      printable(fmt::format("{}", fmt::join(report.others, ", ")), 500)));
    const trials::BisectHooks hooks{[&](const std::string& id) { return judge.judge(id); },
                                    [&](const auto& at) { tell_progress(at, context.terminal); }, stop,
                                    seconds_now};
    outcome = trials::bisect(bisection, hooks, seconds_now() - began);
  } else {
    outcome.range = bisection.range();
    outcome.left = trials::bisect_steps(outcome.range.size());
  }
  guard.measuring_ended();
  for (const auto& id : outcome.range) report.range.push_back(commit_of(id));
  report.left = outcome.left;
  report.interrupted = outcome.interrupted;
  context.terminal.clear_status();
  context.terminal.out(context.json ? bisect_json(report, context.identify)
                                    : bisect_text(report, context.terminal.width()));
  if (report.interrupted) code = 128 + run::interrupt_signal();
  return code;
}

}  // namespace

CommandSpec bisect_command() {
  return {
      "bisect", "which commit made it slower? 'git bisect' with 'ab' as the judge",
      "assay bisect --good v1.0 --bad HEAD --build 'make' -- ./program",
      [](Arguments arguments) {
        auto options = std::make_shared<BisectOptions>();
        arguments.explain_below(
            "Each commit that git asks for is built in a worktree of its own and judged beside --good: "
            "'slower' is bad, 'same' and 'faster' are good, all else (it does not build, it is undecided) "
            "is skipped. --bad is judged first. Your checkout, and a bisection of yours, stay as they are. "
            "Of several cases that are slower the one that lost most is followed; --budget is of each "
            "commit. Without --good, the id of a regression (assay regressions) says what lies between which "
            "commits.\n"
            "Exit codes: 0 the first bad commit is named, or those that it is among; 2 --bad is not slower; "
            "5 that is undecided.\n\n");
        arguments.add("--good", options->good, "a revision that was fast");
        arguments.add("--bad", options->bad, "a revision that is slow (HEAD)");
        arguments.add("--build", options->build, "how a revision is built: a command line for sh");
        arguments.flag("--first-parent", options->first_parent, "merges are judged as a whole");
        add_history_options(arguments, options->history, false);
        add_rule_options(
            arguments, options->rule, options->measure,
            "smallest change of interest (half of what --bad lost: commits that lost less are good)");
        add_trial_options(arguments, options->measure, "of a plain command's case (its file name)");
        return [options](Context& context) { return run_it(*options, context); };
      },
      true};
}

}  // namespace assay::cli
