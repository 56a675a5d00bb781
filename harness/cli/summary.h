// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/answers/results.h"

namespace assay::cli {

/// Six plain sentences about a run: what limits this machine, its noise, the smallest change that it can see
/// (an estimate from these launches, and labelled so), what is refused and why, where the database is, what
/// to try next.
std::vector<std::string> summarize(const Store& store, const Run& run, const std::vector<ResultRow>& rows);

}  // namespace assay::cli
