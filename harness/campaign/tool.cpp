// SPDX-License-Identifier: Apache-2.0
#include "harness/campaign/tool.h"

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/transport/local/process.h"

namespace assay::campaign {

ToolAnswer run_tool(const std::vector<std::string>& words, double seconds) {
  Command command;
  command.argv = words;
  command.environment = {{"LC_ALL", "C"}};
  transport::Process process(command, {});
  const auto deadline = Channel::Clock::now() + std::chrono::milliseconds(static_cast<long>(seconds * 1000));
  ToolAnswer answer;
  bool late = false;
  for (bool ended = false; !ended;) {
    try {
      answer.lines.push_back(process.receive(deadline));
    } catch (const Error& error) {
      if (error.code == ErrorCode::interrupted) throw;
      late = error.code == ErrorCode::timeout;
      ended = true;
    }
  }
  const auto exit = process.finish(std::chrono::milliseconds(late ? 0 : 2000));
  answer.fine = exit.status == 0 && !exit.forced;
  answer.log = late ? "it did not answer in time" : process.log();
  return answer;
}

std::string complaint(const ToolAnswer& answer) {
  std::string text;
  const auto take = [&](const std::string& line) {
    std::string part = line;
    for (const char* const head : {": error: ", ": fatal: "}) {
      if (const auto at = part.find(head); at != std::string::npos && at < 20)
        part.erase(0, at + std::string(head).size());
    }
    if (part.find_first_not_of(" \r\t") == std::string::npos) return;
    text += (text.empty() ? "" : "; ") + part;
  };
  for (const auto& line : split(answer.log, '\n')) take(line);
  if (text.empty() && !answer.lines.empty()) take(answer.lines.back());
  return text.empty() ? "it said nothing" : printable(text, 500);
}

}  // namespace assay::campaign
