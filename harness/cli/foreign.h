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
  std::vector<std::string> words;      ///< empty: none was given
  std::string tool;                    ///< --as, such as "command"; empty: by the look of the program
  std::string folder = {};             ///< in which it is started; empty: where `assay` is
  std::string revision = {};           ///< of which it was built, where that is known
  std::string name;                    ///< --name: of a plain command's case; empty: the program's file name
  std::vector<std::string> code = {};  ///< --code, as given
};

/// What --code takes, for people.
inline constexpr const char* foreign_code =
    "a file with code of the program (all files together: all code that may change): relative to the tree of "
    "--rev, else to the program's own folder";

/// The declared files, by absolute paths where the program's folder is known.
std::vector<std::string> code_files(const ForeignProgram& program);

/// The command line of the worker that runs it, as `--worker` takes it, and stored with the run so. A
/// program that is found to be some tool's is a note on the terminal. \throws Error{usage} on a tool that
/// there is not.
std::string foreign_worker(const ForeignProgram& program, const Terminal& terminal);

/// The tool whose benchmarks the program has: "google_benchmark", "nvbench", "criterion" of one that is
/// linked with it, "pytest_benchmark" of pytest with --benchmark-only; else "command".
std::string tool_of(const ForeignProgram& program);

}  // namespace assay::cli
