// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/gui_program.h"

#include <chrono>
#include <filesystem>

#include "harness/cli/write_file.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/run/worker.h"
#include "harness/transport/local/process.h"
#include "reports/render/json.h"

namespace assay::cli {

std::string gui_program(const std::string& what) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string program = (self.parent_path() / "assay-gui").string();
  if (error || !std::filesystem::exists(program, error)) {
    throw Error(ErrorCode::unavailable, what + " was not built: there is no " + program,
                "apt-get install qt6-base-dev, then configure and build again");
  }
  return program;
}

std::string to_pdf(const reports::Document& document) {
  constexpr std::chrono::minutes longest{2};
  const run::ScratchDirectory scratch;
  const std::string from = scratch.path() + "/report.json";
  const std::string to = scratch.path() + "/report.pdf";
  write_file(from, reports::to_json(document), "");
  Command command;
  command.argv = {gui_program("what makes PDF"), "--render", from, to};
  transport::Process process(command, {});
  const transport::Exit ended = process.finish(longest);
  if (ended.status != 0)
    throw Error(
        ErrorCode::internal,
        "no PDF was made: assay-gui ended with " + ended.describe() + ": " + printable(process.log(), 500),
        "write --html and print it from a browser");
  return read_file(to);
}

}  // namespace assay::cli
