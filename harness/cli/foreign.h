// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/cli/terminal.h"

namespace assay::cli {

/// What --as takes, for people.
inline constexpr const char* foreign_tools =
    "what the program is (mostly seen by itself): command, criterion, google_benchmark, nvbench, "
    "pytest-benchmark";

/// Somebody else's program, as it stands behind `--` on a command line.
struct ForeignProgram {
  std::vector<std::string> words;  ///< empty: none was given
  std::string tool;                ///< --as, such as "command"; empty: by the look of the program
  std::string folder = {};         ///< in which it is started; empty: where `assay` is
  std::string revision = {};       ///< of which it was built, where that is known
  std::string name;                ///< --name: of a plain command's case; empty: the program's file name
};

/// The command line of the worker that runs it, as `--worker` takes it, and stored with the run so. A
/// program that is found to be some tool's is a note on the terminal. \throws Error{usage} on a tool that
/// there is not.
std::string foreign_worker(const ForeignProgram& program, const Terminal& terminal);

/// The tool whose benchmarks the file has: "google_benchmark", "nvbench", "criterion" of a program that is
/// linked with it; else "command".
std::string tool_of(const std::string& file);

}  // namespace assay::cli
