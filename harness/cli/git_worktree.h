// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/transport/local/spawn.h"

namespace assay::cli {

struct GitAnswer {
  bool fine = false;
  std::vector<std::string> lines;
  std::string log;  ///< end of its standard error
};

/// Runs git in a folder to its end, however long that takes: large trees are checked out. A signal that asks
/// to stop is left to the caller, who tidies up with it, but for the second one. \throws Error{interrupted}
/// then.
GitAnswer run_git(const std::string& folder, const std::vector<std::string>& words);

/// The full hash of a commit of the repository in the current folder. `option`: which names it, for the
/// error. \throws Error{bad_input} when there is none.
std::string find_commit(const std::string& revision, const std::string& option);

/// A worktree of the repository in the current folder, with a detached head, in a temporary folder. It goes
/// away with the value, and with it the refs that are its own (refs/bisect). Its path is as long as ours
/// where the temporary folder's is short enough: a program that keeps its path (a shell does) has its memory
/// laid out by that length, and string functions that check for ends of pages then take other instructions
/// (0.35 % more of a shell's loop were seen). What a killed process left goes away with the next one of the
/// same repository.
class GitWorktree {
 public:
  /// `commit`: its full hash; `files`: check them out. \throws Error{io}.
  GitWorktree(const std::string& commit, bool files);
  ~GitWorktree();
  GitWorktree(GitWorktree&&) noexcept = default;
  GitWorktree& operator=(GitWorktree&&) = delete;

  const std::string& top() const { return *top_; }
  std::string place() const;  ///< what the current folder is in our tree, in that one

 private:
  std::unique_ptr<std::string> top_;  ///< null: moved from, or left
  transport::Fd lock_;                ///< tells others that it is in use
};

}  // namespace assay::cli
