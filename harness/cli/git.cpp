// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/git.h"

#include "harness/core/error.h"
#include "harness/transport/local/process.h"

namespace assay::cli {

namespace {

/// First line that git prints, or empty when it fails.
std::string first_line(const std::vector<std::string>& arguments) {
  try {
    Command command;
    command.argv = arguments;
    transport::Process process(command, {});
    const std::string line = process.receive(Channel::Clock::now() + std::chrono::seconds(5));
    process.finish(std::chrono::milliseconds(1000));
    return line;
  } catch (const Error&) {
    return {};  // no git, or no repository: a run outside version control has no revision
  }
}

}  // namespace

std::string git_revision(const std::string& directory) {
  const std::string revision = first_line({"git", "-C", directory, "rev-parse", "HEAD"});
  if (revision.size() < 40) return {};
  const std::string changed =
      first_line({"git", "-C", directory, "status", "--porcelain", "--untracked-files=no"});
  return revision + (changed.empty() ? "" : "-dirty");
}

}  // namespace assay::cli
