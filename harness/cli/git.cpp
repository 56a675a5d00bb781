// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/git.h"

#include "harness/cli/first_line.h"

namespace assay::cli {

std::string git_revision(const std::string& directory) {
  const auto revision = first_line({"git", "-C", directory, "rev-parse", "HEAD"});
  if (!revision || revision->size() < 40) return {};  // a run outside version control has none
  const auto changed = first_line({"git", "-C", directory, "status", "--porcelain", "--untracked-files=no"});
  return *revision + (!changed ? "-unknown" : changed->empty() ? "" : "-dirty");
}

}  // namespace assay::cli
