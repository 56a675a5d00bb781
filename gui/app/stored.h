// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gui/model/source.h"
#include "harness/answers/results.h"
#include "harness/core/run.h"
#include "harness/judge/history.h"
#include "harness/store/store.h"

/// Inside: runs found in the window's databases.
namespace assay::gui {

struct FoundRun {
  Store store;
  std::string id;
};

/// It is looked for in each, in order. \throws Error where no database has the run: the last one's.
FoundRun find_run(const std::vector<std::string>& databases, const std::string& run);

/// The case of its plan, also by a text without the definition's version; nullptr: it has none.
const PlannedCase* planned(const Run& run, const std::string& case_key);

/// The rows of the newest complete run that measured the limits of that machine; none where there is none. Of
/// a device that is not the CPU: that has roof.mem on it, and is not known to have meant another board.
std::vector<ResultRow> limits_of(const Store& store, const Run& run, const std::string& device = "cpu");

/// A file as it is. \throws Error{bad_input} with `remedy`.
std::string text_of(const std::string& path, const std::string& remedy);

/// In short; it has at least one point.
SeriesEntry entry_of(const Series& series);

}  // namespace assay::gui
