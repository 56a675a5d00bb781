// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/git.h"

#include <optional>

#include "harness/core/error.h"
#include "harness/transport/local/process.h"

namespace assay::cli {

namespace {

/// First line that git prints, "" when it prints none; nothing when it fails.
std::optional<std::string> first_line(const std::vector<std::string>& arguments) {
  Command command;
  command.argv = arguments;
  try {
    transport::Process process(command, {});
    std::string line;
    try {
      line = process.receive(Channel::Clock::now() + std::chrono::seconds(5));
    } catch (const Error& error) {
      if (error.code == ErrorCode::timeout) return std::nullopt;  // else: it ended, and said nothing
    }
    const auto exit = process.finish(std::chrono::milliseconds(1000));
    if (exit.status != 0 || exit.forced) return std::nullopt;
    return line;
  } catch (const Error&) {
    return std::nullopt;  // no git
  }
}

}  // namespace

std::string git_revision(const std::string& directory) {
  const auto revision = first_line({"git", "-C", directory, "rev-parse", "HEAD"});
  if (!revision || revision->size() < 40) return {};  // a run outside version control has none
  const auto changed = first_line({"git", "-C", directory, "status", "--porcelain", "--untracked-files=no"});
  return *revision + (!changed ? "-unknown" : changed->empty() ? "" : "-dirty");
}

}  // namespace assay::cli
