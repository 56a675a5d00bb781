// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/git_builds.h"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <vector>

#include "harness/cli/format.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/run/interrupt.h"
#include "harness/run/worker.h"
#include "harness/transport/local/process.h"

namespace assay::cli {

namespace {

/// Runs a build to its end, however long that takes, and tells how long it has been. \returns whether it did.
bool run_build(const std::vector<std::string>& words, const std::string& what, const Terminal& terminal,
               const std::map<std::string, std::string>& environment) {
  Command command;
  command.argv = words;
  command.environment = environment;
  transport::Process process(command, {});
  const auto began = std::chrono::steady_clock::now();
  while (true) {
    try {
      process.receive(Channel::Clock::now() + std::chrono::seconds(1));
    } catch (const Error& error) {
      if (error.code == ErrorCode::interrupted || run::interrupt_signal() != 0)
        throw Error(ErrorCode::interrupted, what + " was interrupted");
      if (error.code != ErrorCode::timeout) break;  // it ended
      const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - began;
      terminal.status(fmt::format("{}, {}", what, clock_time(spent.count())));
    }
  }
  const auto exit = process.finish(std::chrono::milliseconds(2000));
  return exit.status == 0 && !exit.forced;
}

std::string last_of(const std::string& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return last_lines(text.str(), "    ");
}

}  // namespace

void build_in(const std::string& folder, const std::string& build, const std::string& what,
              const Terminal& terminal, const std::map<std::string, std::string>& environment) {
  const run::ScratchDirectory scratch;
  const std::string log = scratch.path() + "/build.log";
  const bool built =
      run_build({"sh", "-c", "cd \"$0\" && eval \"$1\" > \"$2\" 2>&1 < /dev/null", folder, build, log},
                "building " + printable(what), terminal, environment);
  terminal.clear_status();
  if (built) return;
  const std::string said = last_of(log);
  throw Error(ErrorCode::bad_input,
              fmt::format("the build of {} failed{}", printable(what),
                          said.empty() ? ", and said nothing" : ":\n" + said),
              fmt::format("run it by itself: cd {} && {}", folder, build));
}

GitBuild::GitBuild(const std::string& revision, const std::string& option, const std::string& build,
                   const Terminal& terminal, const std::map<std::string, std::string>& environment)
    : revision_(find_commit(revision, option)), tree_(revision_, true), place_(tree_.place()) {
  const std::string id = revision_.substr(0, 12);
  const std::string what = revision == revision_ ? id : fmt::format("{} ({})", printable(revision), id);
  terminal.note(fmt::format("building {} in {}", what, tree_.top()));
  try {
    build_in(place_, build, what, terminal, environment);
  } catch (const Error& error) {
    if (error.code == ErrorCode::interrupted) throw;
    throw Error(
        error.code, error.what(),
        fmt::format("its tree is gone again; see for yourself: git worktree add /tmp/tree {} && cd /tmp/tree",
                    id));
  }
}

}  // namespace assay::cli
