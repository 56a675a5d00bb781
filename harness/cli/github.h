// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/cli/terminal.h"
#include "harness/judge/gate.h"

namespace assay::cli {

bool is_github();  ///< this runs as a step of GitHub Actions

/// Annotations of what fails, is broken or dead, on standard error, and the Markdown behind what the file
/// GITHUB_STEP_SUMMARY holds already, where that is set. \throws Error{io}.
void tell_github(const GateReport& report, const std::string& markdown, const Terminal& terminal);

}  // namespace assay::cli
