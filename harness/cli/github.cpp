// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/github.h"

#include <cstdlib>
#include <fstream>

#include "harness/core/error.h"
#include "harness/core/text.h"

namespace assay::cli {

namespace {

/// As workflow commands want values (docs.github.com, "Workflow commands for GitHub Actions").
std::string value(const std::string& text, bool property) {
  std::string out;
  for (const char c : text) {
    if (c == '%')
      out += "%25";
    else if (c == '\n')
      out += "%0A";
    else if (c == '\r')
      out += "%0D";
    else if (property && c == ':')
      out += "%3A";
    else if (property && c == ',')
      out += "%2C";
    else
      out += c;
  }
  return out;
}

std::string command(const char* level, const std::string& title, const std::string& message) {
  return std::string("::") + level + " title=" + value(printable(title, 300), true) +
         "::" + value(printable(message, 2000), false) + "\n";
}

}  // namespace

bool is_github() {
  const char* set = std::getenv("GITHUB_ACTIONS");
  return set != nullptr && std::string(set) == "true";
}

void tell_github(const GateReport& report, const std::string& markdown, const Terminal& terminal) {
  std::string text;
  for (const auto& dead : report.dead) text += command("error", "The performance gate is dead", dead);
  for (const auto& finding : report.findings) {
    const bool tell = finding.state == GateState::fail || finding.state == GateState::broken;
    if (!tell) continue;
    const std::string reason = finding.why + (finding.why.empty() ? "" : "; ") + finding.verdict.reason;
    text += command("error", finding.key + " " + to_string(finding.verdict.outcome), reason);
  }
  for (const auto& warning : report.warnings)
    text += command("warning", "Policy of the performance gate", warning);
  if (!text.empty()) terminal.error(text.substr(0, text.size() - 1));
  const char* path = std::getenv("GITHUB_STEP_SUMMARY");
  if (path == nullptr || *path == 0) return;
  std::ofstream file(path, std::ios::app | std::ios::binary);
  file << markdown;
  file.flush();
  if (!file)
    throw Error(ErrorCode::io, std::string(path) + ": the summary of the step cannot be written",
                "is the disk full?");
}

}  // namespace assay::cli
