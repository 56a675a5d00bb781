// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "harness/cli/git_worktree.h"
#include "harness/cli/terminal.h"

namespace assay::cli {

/// Runs a build command from the top of a tree. `what` is built, for people. \throws Error{bad_input} with
/// the end of its log when it fails; Error{interrupted}. `environment` is set for the build.
void build_in(const std::string& folder, const std::string& build, const std::string& what,
              const Terminal& terminal, const std::map<std::string, std::string>& environment = {});

/// A revision of the repository in this folder, built in a worktree of its own, which is removed with the
/// value: from the folder there that is the current one here.
class GitBuild {
 public:
  /// `option`: which names the revision. \throws Error{bad_input} when there is no such revision, and
  /// with the end of its log when the build fails; Error{interrupted}.
  GitBuild(const std::string& revision, const std::string& option, const std::string& build,
           const Terminal& terminal, const std::map<std::string, std::string>& environment = {});

  /// The place in its tree that the current folder has in ours.
  const std::string& folder() const { return place_; }
  const std::string& revision() const { return revision_; }  ///< its full hash

 private:
  std::string revision_;
  GitWorktree tree_;
  std::string place_;
};

}  // namespace assay::cli
