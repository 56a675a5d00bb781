// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/cli/command.h"
#include "harness/cli/measure.h"
#include "harness/run/execute.h"
#include "harness/run/plan.h"

namespace assay::cli {

/// "KEY=VALUE", or a value alone, whose key is "name". \throws Error{usage}.
std::map<std::string, std::string> parse_labels(const std::vector<std::string>& texts);

/// Those that are installed or named, or, of somebody else's program, the one that runs it. \throws what
/// open_workers() does.
std::vector<run::WorkerInfo> workers_for(const RunOptions& options, Context& context);

/// A new run of these workers, from selectors, suites and settings: not stored yet, nothing measured.
/// `request` is what was asked of them; `plan` what came of it, refused cases too. \throws Error{usage}.
run::Execution plan_new(const RunOptions& options, Context& context, std::vector<run::WorkerInfo> workers,
                        run::PlanRequest& request, run::Plan& plan);

/// The stored plan of a run that did not end. \throws Error{usage} where options would change it.
run::Execution plan_resumed(const RunOptions& options, Context& context, Store& store);

}  // namespace assay::cli
