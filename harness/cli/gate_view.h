// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/judge/gate.h"

namespace assay::cli {

/// What a gate's answer is for the shell.
int exit_of(const GateReport& report);

/// The findings as a table (what passed is counted, and listed with `all`), and what the gate says.
std::string gate_text(const GateReport& report, bool all, std::size_t width);

}  // namespace assay::cli
