// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/answers/results.h"

namespace assay::cli {

/// Six plain sentences about a whole run, below its table: what limits this machine, its noise, the smallest
/// change that it can see (an estimate from these launches, and labelled so), what is refused and why, where
/// the database is, what to try next. `launches` and `rows`: all of the run's.
std::vector<std::string> run_sentences(const Run& run, const std::vector<LaunchSummary>& launches,
                                       const std::vector<ResultRow>& rows, const std::string& database);

}  // namespace assay::cli
