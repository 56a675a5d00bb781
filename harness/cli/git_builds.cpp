// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/git_builds.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
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

namespace fs = std::filesystem;

namespace {

struct Ran {
  bool fine = false;
  std::string first_line;
  std::string log;  ///< end of its standard error
};

/// Runs a program to its end, however long that takes, and tells how long it has been.
Ran run_program(const std::vector<std::string>& words, const std::string& what, const Terminal* terminal,
                const std::map<std::string, std::string>& environment = {}) {
  Command command;
  command.argv = words;
  command.environment = environment;
  transport::Process process(command, {});
  const auto began = std::chrono::steady_clock::now();
  Ran ran;
  while (true) {
    try {
      const std::string line = process.receive(Channel::Clock::now() + std::chrono::seconds(1));
      if (ran.first_line.empty()) ran.first_line = line;
    } catch (const Error& error) {
      if (error.code == ErrorCode::interrupted || run::interrupt_signal() != 0)
        throw Error(ErrorCode::interrupted, what + " was interrupted");
      if (error.code != ErrorCode::timeout) break;  // it ended
      const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - began;
      if (terminal != nullptr) terminal->status(fmt::format("{}, {}", what, clock_time(spent.count())));
    }
  }
  const auto exit = process.finish(std::chrono::milliseconds(2000));
  ran.fine = exit.status == 0 && !exit.forced;
  ran.log = process.log();
  return ran;
}

std::string last_of(const std::string& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return last_lines(text.str(), "    ");
}

std::string fresh_folder() {
  std::error_code error;
  fs::path base = fs::temp_directory_path(error);
  if (error) base = "/tmp";
  std::string pattern = (base / "assay-build-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    throw Error(ErrorCode::io,
                fmt::format("cannot make a directory in {}: {}", base.string(), std::strerror(errno)),
                "free some space there, or set TMPDIR");
  return pattern;
}

}  // namespace

void build_in(const std::string& folder, const std::string& build, const std::string& what,
              const Terminal& terminal, const std::map<std::string, std::string>& environment) {
  const run::ScratchDirectory scratch;
  const std::string log = scratch.path() + "/build.log";
  const Ran built =
      run_program({"sh", "-c", "cd \"$0\" && eval \"$1\" > \"$2\" 2>&1 < /dev/null", folder, build, log},
                  "building " + printable(what), &terminal, environment);
  terminal.clear_status();
  if (built.fine) return;
  const std::string said = last_of(log);
  throw Error(ErrorCode::bad_input,
              fmt::format("the build of {} failed{}", printable(what),
                          said.empty() ? ", and said nothing" : ":\n" + said),
              fmt::format("run it by itself: cd {} && {}", folder, build));
}

GitBuild::GitBuild(const std::string& revision, const std::string& build, const Terminal& terminal,
                   const std::map<std::string, std::string>& environment) {
  const Ran found =
      run_program({"git", "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"},
                  "git", nullptr);
  if (!found.fine || found.first_line.size() < 40)
    throw Error(ErrorCode::usage,
                fmt::format("--rev {}: no such commit in the repository of this folder", printable(revision)),
                "see 'git log'; a shallow clone holds few of them: git fetch --unshallow");
  revision_ = found.first_line;
  const std::string top = fresh_folder();
  folder_ = std::make_unique<std::string>(top + "/tree");
  const Ran added = run_program({"git", "worktree", "add", "--quiet", "--detach", *folder_, revision_},
                                "git worktree", nullptr);
  if (!added.fine)
    throw Error(ErrorCode::io, fmt::format("git worktree add {}: {}", *folder_, last_lines(added.log, "")),
                "free some space, or set TMPDIR");
  terminal.note(
      fmt::format("building {} ({}) in {}", printable(revision), revision_.substr(0, 12), *folder_));
  const Ran within = run_program({"git", "rev-parse", "--show-prefix"}, "git", nullptr);
  if (within.fine && !within.first_line.empty())
    place_ = (fs::path(*folder_) / within.first_line.substr(0, within.first_line.size() - 1)).string();
  else
    place_ = *folder_;
  try {
    build_in(place_, build, revision, terminal, environment);
  } catch (const Error& error) {
    const std::string kept = *folder_;
    if (error.code == ErrorCode::interrupted) {
      remove();
      throw;
    }
    folder_.reset();  // it stays for whoever wants to see why
    throw Error(
        error.code, error.what(),
        fmt::format("its tree is left: {}; remove it with: git worktree remove --force {}", kept, kept));
  }
}

void GitBuild::remove() {
  if (!folder_) return;
  std::error_code ignored;  // what is left under TMPDIR harms nobody
  fs::remove_all(fs::path(*folder_).parent_path(), ignored);
  folder_.reset();
  try {
    run_program({"git", "worktree", "prune"}, "git worktree", nullptr);
  } catch (const Error&) {
    // Interrupted once more: git forgets it by itself in time.
  }
}

GitBuild::~GitBuild() { remove(); }

}  // namespace assay::cli
