// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "harness/answers/results.h"
#include "harness/cli/ab_sides.h"
#include "harness/cli/ab_trial.h"
#include "harness/cli/baselines.h"
#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/gate_policy.h"
#include "harness/cli/gate_settled.h"
#include "harness/cli/gate_stored.h"
#include "harness/cli/gate_view.h"
#include "harness/cli/git.h"
#include "harness/cli/git_builds.h"
#include "harness/cli/github.h"
#include "harness/cli/progress.h"
#include "harness/cli/trial_options.h"
#include "harness/cli/workers.h"
#include "harness/cli/write_file.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/exchange/gate_document.h"
#include "harness/run/environment.h"
#include "harness/run/interrupt.h"
#include "harness/run/topology.h"
#include "reports/document/gate.h"
#include "reports/render/markdown.h"

namespace assay::cli {

namespace {

struct GateOptions {
  RunOptions measure;
  std::string against, policy, build, replay, out, junit, markdown, run;
  std::string folder = "baselines";
  std::vector<std::string> from;
  bool github = false;
  bool all = false;
  bool no_rerun = false;
};

/// What this command line is compared with, and what it is itself.
struct Compared {
  SideCommand base, candidate;
  std::optional<GitBuild> build;
};

/// The command to build before both sides are measured, here: as in the worktree of the base.
void build_here(const std::string& command, const Terminal& terminal) {
  if (!command.empty()) build_in(".", command, "the current folder", terminal);
}

Compared compared_with(const GateOptions& options, std::vector<std::string> words, const Context& context) {
  const auto colon = options.against.find(':');
  const std::string kind = options.against.substr(0, colon);
  const std::string value = colon == std::string::npos ? "" : options.against.substr(colon + 1);
  if (value.empty() || (kind != "rev" && kind != "build" && kind != "worker"))
    throw Error(ErrorCode::usage, fmt::format("--against '{}' is not understood", printable(options.against)),
                "write --against rev:main, build:FOLDER, worker:COMMAND, baseline:NAME or run:ID");
  if (words.empty())
    throw Error(ErrorCode::usage, "no command was given",
                "write what is to be measured behind --: ./build/benchmarks");
  Compared compared;
  compared.candidate.words = words;
  if (kind == "worker") {
    compared.base.words = split_command(value);
    build_here(options.build, context.terminal);
    return compared;
  }
  compared.base.words = words;
  if (words[0].find('/') == std::string::npos || words[0].front() == '/')
    throw Error(
        ErrorCode::usage,
        fmt::format("'{}' is the same program whatever it is compared with", printable(words[0], 200)),
        "write its path within the tree: ./build/benchmarks");
  if (kind == "build") {
    compared.base.folder = std::filesystem::absolute(value).string();
    if (!std::filesystem::is_directory(compared.base.folder))
      throw Error(ErrorCode::usage,
                  fmt::format("--against build:{}: there is no such folder", printable(value)),
                  "give the top of a tree that is built");
    std::error_code ignored;
    if (std::filesystem::equivalent(compared.base.folder, ".", ignored))
      throw Error(ErrorCode::usage, fmt::format("--against build:{} is this folder itself", printable(value)),
                  "give another tree, or --against rev:HEAD with --build");
    build_here(options.build, context.terminal);
    return compared;
  }
  if (options.build.empty())
    throw Error(ErrorCode::usage, "--against rev: needs --build",
                "say how a revision is built, from the top of its tree: --build 'make'");
  compared.build.emplace(value, "--against rev:", options.build, context.terminal);
  compared.base.folder = compared.build->folder();
  compared.base.revision = compared.build->revision();
  build_here(options.build, context.terminal);
  return compared;
}

int answer(const GateDocument& document, const GateReport& report, const GateOptions& options,
           const Context& context) {
  // (A third of the time of a large replay: not made for nobody.)
  const std::string json = options.out.empty() && !context.json ? "" : to_gate_json(document, report);
  // A file that cannot be written costs itself: the others and the terminal have what was measured.
  std::optional<Error> failure;
  const auto write = [&](const std::string& path, const std::string& text) {
    if (path.empty()) return;
    try {
      write_file(path, text, context.settings.database());
    } catch (const Error& error) {
      if (!failure) failure = error;
    }
  };
  write(options.out, json);
  if (!options.junit.empty()) write(options.junit, to_junit(report, "assay gate"));
  const reports::GateFacts facts{document.evidence.against, document.evidence.run, document.assay_version,
                                 document.policy.origin};
  const std::string markdown = reports::to_markdown(reports::gate_document(report, facts));
  write(options.markdown, markdown);
  if (options.github || is_github()) tell_github(report, markdown, context.terminal);
  context.terminal.out(context.json ? json : gate_text(report, options.all, context.terminal.width()));
  if (failure) throw Error(*failure);
  return exit_of(report);
}

/// The run that is judged: --run, or one that is measured now, with what a gate's policy counts exactly.
int gate_stored(GateOptions& options, const Policy& given, const StoredBase& base, Context& context) {
  Policy policy = given;
  if (policy.exact.empty()) policy.exact = exact_of(base.rows);  // nothing else decides but large changes
  std::string run = options.run;
  int code = exit_fine;
  if (run.empty()) {
    options.measure.program.words = context.program;
    if (options.measure.selectors.empty() && context.program.empty()) {
      for (const auto& row : base.rows) options.measure.selectors.push_back(row.case_key);
    }
    for (const auto& metric : policy.exact)
      options.measure.flags.collectors.push_back(metric.substr(0, metric.find('.')));
    code = measure(options.measure, context, [&](const Store& store, const std::string& run_id) {
      run = run_id;
      return results(store, run_id);
    });
  }
  GateEvidence evidence = against_stored(base, run, options.from, policy, context);
  if (code < 128)
    code =
        std::max(code, measure_alarms_again(evidence, base, policy, options.measure.flags.budget, context));
  const GateDocument document{version_text, policy, std::move(evidence)};
  const int answered = answer(document, decide(document.evidence, policy), options, context);
  return code >= 128 ? code : worse(answered, code);  // interrupted
}

/// baseline:NAME or run:ID; empty: neither.
std::optional<int> gate_against_stored(GateOptions& options, const Policy& policy, Context& context) {
  const auto is = [&](const std::string& kind) { return options.against.starts_with(kind + ":"); };
  const std::string name = options.against.substr(options.against.find(':') + 1);
  if (is("baseline") || is("run")) refuse_far_workers(context, "assay gate --against baseline: or run:");
  if (is("baseline")) {
    const Baseline baseline = find_baseline(options.folder, name, run::read_host(run::read_topology()));
    StoredBase base{options.against, baseline.rows, {}};
    base.host.host_class = baseline.host_class;
    return gate_stored(options, policy, base, context);
  }
  if (is("run")) {
    StoredBase base{options.against, {}, {}};
    {
      const Store store = Store::open(context.settings.database(), Store::Mode::read_only);
      const Run run = store.load_run(store.find_run(name));
      base.rows = new_side(results(store, run.id));
      for (auto& row : base.rows) {  // a plain program does not know its own
        if (row.subject.revision.empty() && run.commit) row.subject.revision = run.commit->id;
      }
      base.host = run.host;
    }
    return gate_stored(options, policy, base, context);
  }
  if (!options.run.empty())
    throw Error(ErrorCode::usage, "--run is judged against stored results",
                "write --against baseline:NAME or run:ID");
  return std::nullopt;
}

int replay(const GateOptions& options, const Context& context) {
  if (!options.against.empty() || !context.program.empty() || !options.measure.selectors.empty())
    throw Error(ErrorCode::usage, "--replay judges a stored answer, and measures nothing",
                "leave --against, selectors and the command out");
  GateDocument document = read_gate_json(read_file(options.replay), options.replay);
  if (!options.policy.empty()) document.policy = parse_policy(read_file(options.policy), options.policy);
  return answer(document, decide(document.evidence, document.policy), options, context);
}

/// Of what a paired gate compares with: empty where that is not known.
std::string base_commit(const Compared& compared, const std::vector<ResultRow>& rows) {
  if (!compared.base.revision.empty()) return compared.base.revision;
  if (!compared.base.folder.empty()) return git_facts(compared.base.folder).revision;
  return rows.empty() ? "" : rows.front().subject.revision;
}

/// Where launches ran out before the budget did, a policy can allow more.
void tell_what_would_decide(const trials::PairedTrial& trial, const Policy& policy, Terminal& terminal) {
  if (trial.interrupted || trial.out_of_budget || !(policy.median || policy.tail)) return;
  const auto open = std::count_if(trial.cases.begin(), trial.cases.end(), [](const trials::CaseTrial& one) {
    const bool ran_out = one.ending == trials::Ending::futile || one.ending == trials::Ending::most_pairs;
    return ran_out && one.judgement.paired.verdict.outcome == Outcome::undecided;
  });
  if (open == 0) return;
  const int most = policy.budget.most_pairs;
  const int more = std::min(4 * most, most_launches_of_a_policy);
  terminal.note(fmt::format(
      "{} undecided: the {} launches a side that the policy allows do not decide {} on this host. In the "
      "policy, {}a larger effect needs fewer",
      open == 1 ? "1 case is" : fmt::format("{} cases are", open), most, open == 1 ? "it" : "them",
      more > most ? fmt::format("most_launches = {} allows more of them, ", more) : ""));
}

int measure_and_answer(GateOptions& options, const Policy& policy, Context& context) {
  if (const auto code = gate_against_stored(options, policy, context)) return *code;
  run::InterruptGuard guard(interrupt_note(context.terminal));
  if (options.against.starts_with("worker:") && options.measure.program.tool.empty())
    options.measure.program.tool = "worker";
  const Compared compared = compared_with(options, context.program, context);
  options.measure.flags.launches = std::to_string(policy.budget.most_pairs);
  AbPlan plan = plan_sides(options.measure, compared.base, compared.candidate, context);
  plan.execution.run.settings.more["trial.kind"] = "gate";
  const auto skipped = skip_cases(plan, policy, day_of(now_utc_ms()));
  MeasuredSides measured = measure_sides(plan, policy, options.against, context);
  guard.measuring_ended();
  tell_what_would_decide(measured.trial, policy, context.terminal);
  measured.evidence.skipped = skipped;
  const GateCommits commits{base_commit(compared, measured.base), git_facts(".").revision};
  measured.evidence.settled = settled_between(commits, options.from, measured.candidate, policy, context);
  const GateDocument document{version_text, policy, std::move(measured.evidence)};
  const int code = answer(document, decide(document.evidence, policy), options, context);
  if (measured.interrupted_by != 0) return 128 + measured.interrupted_by;
  return code;
}

int run_it(GateOptions& options, Context& context) {
  if (!options.replay.empty()) return replay(options, context);
  if (options.against.empty())
    throw Error(ErrorCode::usage, "the gate is not told what to compare with",
                "write --against rev:main --build 'make' -- ./build/benchmarks");
  for (const auto& path : {options.out, options.junit, options.markdown}) {
    if (!path.empty()) check_output(path, context.settings.database());
  }
  for (const auto& path : options.from) {
    if (!std::filesystem::exists(path))
      throw Error(ErrorCode::usage,
                  fmt::format("--from {}: there is no such file or folder", printable(path)),
                  "see 'assay history --help'");
  }
  Policy policy = read_policy(options.policy, context);
  if (options.no_rerun) policy.rerun = false;
  try {
    return measure_and_answer(options, policy, context);
  } catch (const Error& error) {
    // A tree that does not build, a program that does not start: nothing was judged, and CI is told so too.
    const bool dead = error.code == ErrorCode::bad_input || error.code == ErrorCode::unavailable ||
                      error.code == ErrorCode::worker || error.code == ErrorCode::timeout ||
                      error.code == ErrorCode::protocol || error.code == ErrorCode::io;
    if (!dead) throw;
    GateDocument document{version_text, policy, {}};
    document.evidence.against = options.against;
    document.evidence.today = day_of(now_utc_ms());
    document.evidence.failure = error.what();
    context.terminal.error(with_short_words("assay: " + std::string(error.what()) +
                                            (error.remedy.empty() ? "" : "\n  " + error.remedy)));
    const int code = answer(document, decide(document.evidence, policy), options, context);
    return error.code == ErrorCode::io ? worse(code, exit_internal) : code;
  }
}

}  // namespace

CommandSpec gate_command() {
  return {
      "gate", "fail when, and only when, something got slower: for CI",
      "assay gate --against rev:main --build 'make' -- ./build/benchmarks",
      [](Arguments arguments) {
        auto options = std::make_shared<GateOptions>();
        arguments.explain_below(
            "Both sides are measured side by side, in turn, in fresh launches; what stands behind -- is "
            "started in the "
            "folder of each (any command, a Google Benchmark program, or with --as worker a worker).\n"
            "Exit codes: 0 passed, 1 something is slower, 5 the gate is dead (nothing could be judged, a "
            "required case "
            "has no result), 6 a result was wrong, 7 a case has no result. The policy is "
            "assay-gate.toml, or --policy.\n");
        arguments.add(
            "--against", options->against,
            "rev:REF (built with --build), build:FOLDER (another tree, built already), worker:COMMAND, "
            "baseline:NAME, run:ID");
        arguments.add("--policy", options->policy,
                      "a .toml file: effects, budgets, required cases, skips, acknowledgements");
        arguments.add("--build", options->build,
                      "how a tree is built, from this folder of it: a command line for sh; done here, too");
        arguments.add(
            "--run", options->run,
            "judge this stored run against baseline:NAME or run:ID; only alarms are measured, once more");
        arguments.flag("--no-rerun", options->no_rerun, "do not measure alarms once more");
        arguments.add("--folder", options->folder, "of baselines").show_default();
        arguments
            .add("--from", options->from,
                 "of the history in which 'assay ack' and 'ignore' settled regressions: as for 'assay "
                 "history' "
                 "(default: the database)")
            .one_a_flag();
        arguments.add("--out", options->out,
                      "the whole answer with its evidence, as JSON: --replay takes it");
        arguments.add("--junit", options->junit, "the findings for CI systems, as JUnit XML");
        arguments.add("--markdown", options->markdown, "the answer as a comment for a pull request");
        arguments.flag("--github", options->github,
                       "annotations, and the summary of the step (by itself where GITHUB_ACTIONS is true)");
        arguments.add("--replay", options->replay,
                      "judge such an answer again, with its policy or --policy; measures nothing");
        arguments.flag("--all", options->all, "list what passed, too");
        add_trial_options(arguments, options->measure, "of a plain command's case (its file name)");
        return [options](Context& context) { return run_it(*options, context); };
      },
      true};
}

}  // namespace assay::cli
