// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/core/host.h"
#include "harness/core/run.h"
#include "harness/exchange/baseline_document.h"
#include "harness/store/store.h"

namespace assay::cli {

/// Where baselines stand: FOLDER/<host class>/NAME.json.
std::string baseline_path(const std::string& folder, const std::string& class_id, const std::string& name);

/// A run's valid results as a baseline. \throws Error{bad_input} when it has none.
Baseline baseline_of(const Store& store, const Run& run, const std::string& name);

/// The baseline of this name for this host class; where there is none, that of another class (its exact
/// values may compare). \throws Error{bad_input} where there is none at all, with the names that there are.
Baseline find_baseline(const std::string& folder, const std::string& name, const Host& host);

}  // namespace assay::cli
