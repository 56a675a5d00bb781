// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/core/commit.h"
#include "harness/store/store.h"

/// What histories are made of, beside runs. Errors as in store.h.
namespace assay {

/// Runs that planned a case which `wanted` accepts, by id, each with the ordinals of those cases. Asked once
/// for each different case, however many runs there are.
std::map<std::string, std::set<std::int64_t>> runs_with(
    const Store& store, const std::function<bool(const Case&, const Params&)>& wanted);

/// Stores the event; one that is there already, by its UUID, stays. \returns whether it was new.
bool add_triage(Store& store, const TriageEvent& event);

/// In the order in which they were decided; with `run_id` only those about cases of that run.
std::vector<TriageEvent> load_triage(const Store& store, const std::string& run_id = {});

}  // namespace assay
