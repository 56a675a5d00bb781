// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/answers/results.h"
#include "harness/cli/command.h"
#include "harness/exchange/document.h"

namespace assay::cli {

/// Prints a stored run: table and summary, or the JSON document of `command` with --json.
void show_run(const std::string& command, const Store& store, const std::string& run_id,
              const std::optional<Selector>& selector, const Context& context);

/// The table that `run` and `show` print.
std::string results_table(const std::vector<ResultRow>& rows, std::size_t width);

/// The JSON document's head for runs of a store; results and pairs are the caller's.
Document make_document(const std::string& command, const Context& context, const std::vector<Run>& runs);

}  // namespace assay::cli
