// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/cli/command.h"
#include "harness/run/execute.h"
#include "harness/run/plan.h"

namespace assay::cli {

/// What --dry-run prints: every case, what is refused and why, and an estimate of time and disk.
std::string describe_plan(const run::Execution& execution, const run::Plan& plan, const Context& context);

}  // namespace assay::cli
