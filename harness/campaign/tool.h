// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace assay::campaign {

struct ToolAnswer {
  bool fine = false;               ///< it ended by itself, with 0
  std::vector<std::string> lines;  ///< of its standard output
  std::string log;                 ///< the end of its standard error, of both where it said nothing there
};

/// Runs a program (squeue, sbatch, tar) to its end, in the C locale, at most `seconds` long.
/// \throws Error{unavailable} where it cannot be started; Error{interrupted} when the user asked twice.
ToolAnswer run_tool(const std::vector<std::string>& words, double seconds = 60);

/// What is wrong, in one line that is safe for a terminal, without the program's own name before it.
std::string complaint(const ToolAnswer& answer);

}  // namespace assay::campaign
