// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/answers/history.h"
#include "harness/cli/command.h"
#include "harness/exchange/document.h"

namespace assay::cli {

/// What `history`, `regressions`, `ack`, `ignore` and `reopen` take alike: where runs come from, and which.
struct HistoryOptions {
  std::string selector;
  std::string device;
  std::vector<std::string> metrics;
  std::string host;
  std::vector<std::string> from;
  std::string line;
  bool changed_trees = false;
  std::int64_t last = 0;
};

/// Declares those that say where runs come from; with `which` also those that choose series.
void add_history_options(const Arguments& arguments, HistoryOptions& options, bool which);

/// Points and triage events of the sources: --from, else the database. Events of the database come along with
/// --from, too. \throws Error{bad_input} where none of the sources can be read.
History gather(const HistoryOptions& options, const Context& context);

HistoryRules history_rules(const HistoryOptions& options);

/// What a reader must know beside the series: files that are broken, points left out or placed by time alone.
std::vector<Warning> history_warnings(const History& history, const std::vector<Series>& series);

/// Notes on the terminal.
void tell(const std::vector<Warning>& warnings, const Context& context);

}  // namespace assay::cli
