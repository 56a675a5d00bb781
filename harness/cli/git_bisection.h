// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/cli/git_worktree.h"
#include "harness/trials/bisect.h"

namespace assay::cli {

/// `git bisect` between two commits of the repository in the current folder, in a worktree of its own that
/// has no files: checkout and bisection of the user stay as they are.
class GitBisection : public trials::Bisection {
 public:
  /// Full hashes. `first_parent`: merges are judged as a whole. \throws Error{usage} where `good` is no
  /// ancestor of `bad`; Error{io}.
  GitBisection(const std::string& good, const std::string& bad, bool first_parent);

  std::string next() override;
  void tell(const std::string& commit, trials::BisectMark mark) override;
  std::vector<std::string> range() override;

 private:
  std::vector<std::string> git(const std::vector<std::string>& words);

  GitWorktree tree_;
  bool first_parent_;
};

}  // namespace assay::cli
