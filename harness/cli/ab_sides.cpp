// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/ab_sides.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <utility>

#include "harness/cli/plan_run.h"
#include "harness/cli/run_settings.h"
#include "harness/cli/workers.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/run/machine.h"
#include "harness/transport/ssh/ssh.h"

namespace assay::cli {

namespace fs = std::filesystem;

namespace {

constexpr const char* base_worker = "base";
constexpr const char* new_worker = "new";

ForeignProgram of_side(ForeignProgram program, const SideCommand& side) {
  program.words = side.words;
  program.folder = side.folder;
  program.revision = side.revision;
  return program;
}

/// A worker of Assay's protocol is started as it is; everything else by the worker that runs programs.
std::string worker_text(const SideCommand& side, const ForeignProgram& program, const Terminal& terminal) {
  if (program.tool != "worker") return foreign_worker(of_side(program, side), terminal);
  std::vector<std::string> words = side.words;
  words[0] = in_folder(words[0], side.folder);
  return join_command(words);
}

/// Files that both sides share would make any change one of layout.
void check_code(const ForeignProgram& program, const SideCommand& base, const SideCommand& candidate) {
  if (program.code.empty()) return;
  if (program.tool == "worker")
    throw Error(ErrorCode::usage,
                "--code is of somebody else's program: a worker says by itself what its code is",
                "leave it out; a worker declares files in the reply to hello (subject.code)");
  if (code_files(of_side(program, base)) == code_files(of_side(program, candidate)))
    throw Error(ErrorCode::usage, "--code: both sides would have the very same files as their code",
                "keep the two programs in folders of their own, the files beside them, or use --rev");
}

run::WorkerInfo open_side(const SideCommand& side, const char* id, const ForeignProgram& program,
                          Context& context) {
  const std::string text = worker_text(side, program, context.terminal);
  context.worker_commands.push_back(text);
  run::WorkerSpec spec = worker_spec(text, context.settings);
  spec.id = id;
  return run::describe(spec, launch_limits(context.settings));
}

/// A case that one side alone has, or cannot run.
Pair alone(const PlannedCase& planned, Outcome outcome, Status status, const std::string& reason) {
  ResultRow row;
  row.side = outcome == Outcome::missing ? base_worker : new_worker;
  row.case_key = to_string(planned.value);
  row.value = planned.value;
  row.params = planned.params;
  row.status = status;
  row.reason = reason;
  Verdict verdict;
  verdict.rule = status == Status::unavailable ? "status" : "presence";
  verdict.outcome = outcome;
  verdict.reason = reason;
  Pair pair;
  pair.key = row.case_key;
  (outcome == Outcome::missing ? pair.base : pair.candidate) = std::move(row);
  pair.verdicts.push_back(std::move(verdict));
  return pair;
}

/// "sleep" of {"/bin/sleep", "1"} and of {"ssh:HOST", "copy:./sleep", "1"}.
std::string program_name(const std::vector<std::string>& words) {
  const bool far = words[0].starts_with(far_word) && words.size() > 1;
  std::string program = words[far ? 1 : 0];
  if (far && program.starts_with(transport::copied_word)) program.erase(0, transport::copied_word.size());
  return fs::path(program).filename().string();
}

}  // namespace

std::vector<SideCommand> split_sides(const std::vector<std::string>& words, std::size_t sides) {
  std::vector<SideCommand> split(1);
  for (const auto& word : words) {
    if (word == "--") {
      split.emplace_back();
    } else {
      split.back().words.push_back(word);
    }
  }
  const bool filled =
      std::all_of(split.begin(), split.end(), [](const auto& side) { return !side.words.empty(); });
  if (filled && split.size() == sides) return split;
  throw Error(
      ErrorCode::usage,
      words.empty() ? "no command was given"
                    : fmt::format("behind '--' stand {} commands, expected {}", split.size(), sides),
      sides == 2
          ? "write: assay ab -- ./old_program -- ./new_program  (one that has '--' itself: sh -c '...')"
          : "write: assay ab --rev OLD --rev NEW --build 'make' -- ./program");
}

AbPlan plan_sides(const RunOptions& options, const SideCommand& base, const SideCommand& candidate,
                  Context& context) {
  ForeignProgram program = options.program;
  // Both are one case: it is named after the base's program.
  if (program.tool.empty()) program.tool = tool_of(of_side(program, base));
  check_code(program, base, candidate);
  if (program.tool == "command" && program.name.empty()) program.name = program_name(base.words);

  AbPlan both;
  both.base = base;
  both.candidate = candidate;
  RunOptions asked = options;
  asked.program = {};
  if (program.tool != "worker" && asked.selectors.empty() && asked.suites.empty()) asked.selectors = {"*"};
  std::vector<run::WorkerInfo> workers{open_side(base, base_worker, program, context),
                                       open_side(candidate, new_worker, program, context)};
  run::far_host(workers);  // both are on one host
  run::PlanRequest request;
  run::Plan plan;
  both.execution = plan_new(asked, context, {workers[0]}, request, plan);
  run::Plan other = run::make_plan(request, {workers[1]});
  both.execution.workers = std::move(workers);

  std::map<std::string, PlannedCase> candidates;
  for (auto& planned : other.cases) candidates.emplace(to_string(planned.value), std::move(planned));
  std::vector<PlannedCase> cases;
  for (auto& planned : plan.cases) {
    const auto found = candidates.find(to_string(planned.value));
    if (found == candidates.end()) {
      both.alone.push_back(
          alone(planned, Outcome::missing, Status::skipped, "the new side does not have this case"));
      continue;
    }
    const auto ordinal = static_cast<std::int64_t>(cases.size());
    both.sides.push_back({ordinal, ordinal + 1});
    planned.ordinal = ordinal;
    found->second.ordinal = ordinal + 1;
    cases.push_back(std::move(planned));
    cases.push_back(std::move(found->second));
    candidates.erase(found);
  }
  for (const auto& [key, planned] : candidates)
    both.alone.push_back(alone(planned, Outcome::new_, Status::skipped, "the base does not have this case"));
  for (const auto* refused : {&plan.refused, &other.refused}) {
    for (const auto& row : *refused) {
      PlannedCase planned;
      planned.value = row.value;
      both.alone.push_back(
          alone(planned, Outcome::incomparable, Status::unavailable, "not here: " + row.probe.reason));
    }
  }
  both.execution.run.plan = std::move(cases);
  both.execution.run.settings.more["trial.kind"] = "ab";
  return both;
}

}  // namespace assay::cli
