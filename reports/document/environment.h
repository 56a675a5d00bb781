// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/core/run.h"
#include "harness/judge/result.h"
#include "reports/document/document.h"

namespace assay::reports {

/// What a run was measured on and with, by name: class and environment of its host, settings, subjects. Host
/// names are not among it.
std::map<std::string, std::string> facts_of(const Run& run, const std::vector<ResultRow>& rows);

/// All of it; what changed during the run is told first.
std::vector<Block> environment_of(const Run& run, const std::vector<ResultRow>& rows);

/// Where two runs differ, field by field; what is equal is folded.
std::vector<Block> environment_difference(const std::map<std::string, std::string>& base,
                                          const std::map<std::string, std::string>& candidate);

/// "git checkout ID" of the commit that a run was started at, without line end; "" where none is known.
std::string checkout_of(const Run& run);

/// How to get these results again: the run's own command line, and where it was started.
std::vector<Block> reproduce_run(const Run& run, const std::string& report_command);

}  // namespace assay::reports
