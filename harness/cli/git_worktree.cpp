// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/git_worktree.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/transport/local/process.h"

namespace assay::cli {

namespace fs = std::filesystem;

namespace {

/// A fresh folder's subfolder for a tree, not made yet, whose path has `length` characters where the
/// temporary folder allows that, else a short one.
std::string fresh_top(std::size_t length) {
  std::error_code error;
  fs::path base = fs::temp_directory_path(error);
  if (error) base = "/tmp";
  constexpr std::string_view prefix = "/assay-build-", unique = "XXXXXX", leaf = "/tree";
  constexpr std::size_t least = 1 + unique.size() + 2;  // "/XXXXXX/t"
  const std::string start = base.string();
  std::string pattern = start + std::string(prefix), name(leaf);
  if (length >= start.size() + least && length < start.size() + 200) {
    const std::size_t room = length - start.size() - least;
    const std::size_t of_prefix = std::min(room, prefix.size() - 1);
    pattern = start + std::string(prefix.substr(0, 1 + of_prefix));
    name = std::string(leaf.substr(0, 2)) + std::string(room - of_prefix, 'e');
  }
  pattern += unique;
  if (::mkdtemp(pattern.data()) == nullptr)
    throw Error(ErrorCode::io,
                fmt::format("cannot make a directory in {}: {}", base.string(), std::strerror(errno)),
                "free some space there, or set TMPDIR");
  return pattern + name;
}

/// Beside a tree, and locked as long as its maker lives: that of a killed one is known by it.
constexpr const char* lock_name = "assay-build.lock";

/// Closed where somebody has it.
transport::Fd lock_of(const fs::path& folder, int how) {
  transport::Fd lock(::open((folder / lock_name).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | how, 0600));
  if (lock.is_open() && ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) lock.close();
  return lock;
}

/// Trees of this repository whose makers were killed before they could.
void remove_left_trees() {
  constexpr std::string_view begins = "worktree ";
  for (const auto& line : run_git(".", {"worktree", "list", "--porcelain"}).lines) {
    if (!line.starts_with(begins)) continue;
    const fs::path folder = fs::path(line.substr(begins.size())).parent_path();
    std::error_code ignored;  // another user's: it stays
    if (lock_of(folder, 0).is_open()) fs::remove_all(folder, ignored);
  }
}

}  // namespace

GitAnswer run_git(const std::string& folder, const std::vector<std::string>& words) {
  Command command;
  command.argv = {"git", "-C", folder};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  command.environment = {{"LC_ALL", "C"}};
  transport::Process process(command, {});
  GitAnswer answer;
  for (bool ended = false; !ended;) {
    try {
      answer.lines.push_back(process.receive(Channel::Clock::now() + std::chrono::seconds(1)));
    } catch (const Error& error) {
      if (error.code == ErrorCode::interrupted) throw;
      ended = error.code != ErrorCode::timeout;
    }
  }
  const auto exit = process.finish(std::chrono::milliseconds(2000));
  answer.fine = exit.status == 0 && !exit.forced;
  answer.log = process.log();
  return answer;
}

std::string find_commit(const std::string& revision, const std::string& option) {
  const GitAnswer found =
      run_git(".", {"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"});
  if (found.fine && !found.lines.empty() && found.lines[0].size() >= 40) return found.lines[0];
  throw Error(
      ErrorCode::bad_input,
      fmt::format("{} {}: no such commit in the repository of this folder", option, printable(revision)),
      "see 'git log'; a shallow clone holds few of them: git fetch --unshallow");
}

GitWorktree::GitWorktree(const std::string& commit, bool files) {
  remove_left_trees();
  const GitAnswer ours = run_git(".", {"rev-parse", "--show-toplevel"});
  top_ =
      std::make_unique<std::string>(fresh_top(ours.fine && !ours.lines.empty() ? ours.lines[0].size() : 0));
  const std::string folder = fs::path(*top_).parent_path().string();
  lock_ = lock_of(folder, O_CREAT);
  std::vector<std::string> words{"worktree", "add", "--quiet", "--detach"};
  if (!files) words.emplace_back("--no-checkout");
  words.insert(words.end(), {*top_, commit});
  const GitAnswer added = run_git(".", words);
  if (added.fine) return;
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  throw Error(ErrorCode::io, fmt::format("git worktree add {}: {}", *top_, last_lines(added.log, "")),
              "free some space, or set TMPDIR");
}

std::string GitWorktree::place() const {
  const GitAnswer within = run_git(".", {"rev-parse", "--show-prefix"});
  if (!within.fine || within.lines.empty() || within.lines[0].empty()) return top();
  return (fs::path(top()) / within.lines[0].substr(0, within.lines[0].size() - 1)).string();
}

GitWorktree::~GitWorktree() {
  if (!top_) return;
  std::error_code ignored;  // what is left under TMPDIR harms nobody
  fs::remove_all(fs::path(*top_).parent_path(), ignored);
  try {
    run_git(".", {"worktree", "prune"});
  } catch (const Error&) {
    // Interrupted once more: git forgets it by itself in time.
  }
}

}  // namespace assay::cli
