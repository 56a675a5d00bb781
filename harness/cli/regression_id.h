// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/answers/history.h"
#include "harness/cli/command.h"
#include "harness/cli/history_options.h"

namespace assay::cli {

/// What an id may mean. `all` refers to `series`.
struct Candidates {
  std::vector<Series> series;
  std::vector<Regression> all;
};

/// Of the metrics that are watched, else of all: those of tails need every sample.
Candidates find_candidates(const std::string& id, const HistoryOptions& from, const Context& context,
                           std::int64_t now_utc_ms);

/// The regression whose id begins so, of any metric. \throws Error{bad_input} where none or several do.
const Regression& find_regression(const std::string& id, const std::vector<Regression>& all);

}  // namespace assay::cli
