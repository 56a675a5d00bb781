// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/cli/command.h"
#include "harness/cli/suites.h"
#include "harness/run/limits.h"
#include "harness/run/machine.h"
#include "harness/run/plan.h"
#include "harness/run/worker.h"

namespace assay::cli {

/// Flags of `assay run` that are settings too; empty: not given.
struct RunFlags {
  std::string launches, budget, cpus, seed, max_time, precision;
  std::vector<std::string> collectors;
};

/// Order of precedence: flags, environment, settings files, the suite, defaults.
void apply_suite(Settings& settings, const Suite& suite);
void apply_flags(Settings& settings, const RunFlags& flags);

/// --cpus, else all that this process may use. \throws Error{usage}; Error{unavailable} for one it may not.
std::vector<int> chosen_cpus(const Settings& settings, const run::Topology& topology);

run::LaunchLimits launch_limits(const Settings& settings);

/// A run with host, settings and plan filled in, not yet stored, and with what the doctor looks at (but for
/// tools, with which nothing is measured) as probes: checks of the host; devices and collectors of the plan's
/// workers, where several have one by that name the one that is there; collectors around the launch.
Run new_run(const Context& context, const run::Machine& machine, const run::Plan& plan,
            const std::vector<run::WorkerInfo>& workers);

/// Collectors as given, "NAME" or "NAME:EVENT,EVENT", ';' (between flags) or ',' between them; after a ':' a
/// ',' separates events: "rusage,group:SOFTWARE;perf_event:cycles,page_faults" are three. Pure.
std::vector<std::string> split_collectors(const std::string& text);

/// The settings of a stored run, so that --resume measures as it began.
void restore_settings(Settings& settings, const RunSettings& stored);

}  // namespace assay::cli
