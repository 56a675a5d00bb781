// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/core/commit.h"
#include "harness/core/probe.h"

namespace assay::cli {

/// What git tells of a folder. Programs are started without a shell, hooks and locks; each may take 5 s.
struct GitFacts {
  std::string revision;          ///< checked out, with "-dirty" where tracked files are changed; may be empty
  std::optional<Commit> commit;  ///< the same in full
  /// Absent where there is a repository that cannot be asked (it is somebody else's, has no commit yet, git
  /// is not installed): why, and what to do. Outside a repository nothing is absent.
  Probe probe;
};
GitFacts git_facts(const std::string& directory);

/// The commit that a revision names there; empty where git knows none, or is not there.
std::optional<Commit> commit_named(const std::string& directory, const std::string& revision);

/// The name that git signs commits with there; else the login name; else "".
std::string person_name(const std::string& directory);

/// Parents, author, commit time and subject from the lines of a commit object (`git cat-file commit`), as far
/// as they are there: it is raw data of strangers.
Commit parse_commit_object(const std::string& id, const std::vector<std::string>& lines);

}  // namespace assay::cli
