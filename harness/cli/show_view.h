// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "harness/answers/results.h"
#include "harness/cli/command.h"
#include "harness/exchange/document.h"

namespace assay::cli {

/// Prints a stored run: the table of the selected cases and sentences about the whole run, or the JSON
/// document of `command` with --json. With `metrics`, patterns of metric ids, only those and nothing else.
/// \returns the rows shown.
std::vector<ResultRow> show_run(const std::string& command, const Store& store, const std::string& run_id,
                                const std::optional<Selector>& selector, const Context& context,
                                const std::vector<std::string>& metrics = {});

/// The JSON document's head for runs of a store; results and pairs are the caller's.
Document make_document(const std::string& command, const Context& context, const std::vector<Run>& runs);

/// How many launches of a row others disturbed: by case, side of a paired trial and subject.
using Contended = std::map<std::tuple<std::string, std::string, Subject>, int>;
Contended contended_launches(const Run& run, const std::vector<LaunchSummary>& launches);

/// That a selector matched no case of a run: which one, and what there is.
Error nothing_matches(const Run& run, const Selector& selector);

}  // namespace assay::cli
