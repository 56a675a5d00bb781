// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/first_line.h"

#include "harness/core/error.h"
#include "harness/transport/local/process.h"

namespace assay::cli {

namespace {

std::string read_line(transport::Process& process, bool (*is_it)(const std::string& line)) {
  const auto end = Channel::Clock::now() + std::chrono::seconds(5);
  while (true) {
    std::string line = process.receive(end);
    if (is_it == nullptr || is_it(line)) return line;
  }
}

}  // namespace

std::optional<std::string> first_line(const std::vector<std::string>& words,
                                      bool (*is_it)(const std::string& line)) {
  Command command;
  command.argv = words;
  try {
    transport::Process process(command, {});
    std::string line;
    try {
      line = read_line(process, is_it);
    } catch (const Error& error) {
      // Else it ended, and said nothing.
      if (error.code == ErrorCode::timeout || error.code == ErrorCode::interrupted) return std::nullopt;
    }
    const auto exit = process.finish(std::chrono::milliseconds(1000));
    if (exit.status != 0 || exit.forced) return std::nullopt;
    return line;
  } catch (const Error&) {
    return std::nullopt;  // it cannot be started
  }
}

}  // namespace assay::cli
