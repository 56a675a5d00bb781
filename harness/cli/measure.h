// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/cli/command.h"
#include "harness/cli/foreign.h"
#include "harness/cli/run_settings.h"
#include "harness/judge/result.h"
#include "harness/store/store.h"

namespace assay::cli {

/// What to measure: as the options of `assay run`.
struct RunOptions {
  std::vector<std::string> selectors;
  ForeignProgram program;  ///< somebody else's, alone; the selectors choose among its benchmarks
  std::vector<std::string> suites;
  std::vector<std::string> inputs;
  std::vector<std::string> labels;
  std::string device;
  std::string resume;
  bool dry_run = false;
  RunFlags flags;
  std::size_t cases = 0;                       ///< that the selectors are to match; 0: any number
  std::vector<std::string> wished_collectors;  ///< beside flags.collectors, where they can be had
};

/// Prints a run that has just been measured. \returns its rows.
using ShowRows = std::function<std::vector<ResultRow>(const Store& store, const std::string& run_id)>;

/// Plans, measures with progress, stores, and shows. \returns the exit code: by the rows shown, and by what
/// was asked for by name and is not here. \throws Error when nothing can be measured.
int measure(const RunOptions& options, Context& context, const ShowRows& show);

}  // namespace assay::cli
