// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
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

/// A run in a long list: what is known without counting its launches.
struct RunHead {
  std::string id;
  std::int64_t started_utc_ms = 0;
  std::string state;  ///< running | complete | interrupted
  std::string suite;
  std::string command;
  std::string host_name;
  std::string host_class_id;
  std::string commit;  ///< may be empty, as the next
  std::string commit_subject;
  std::optional<std::int64_t> commit_place;  ///< Commit::place
};

/// All runs, or the newest so many, in the order of Store::list_runs(): of 10,000 runs with a million
/// launches in a fifth of a second, where that takes seconds.
std::vector<RunHead> run_heads(const Store& store, std::optional<std::int64_t> most = std::nullopt);

/// How many launches of that run are stored; 0 where there is no such run.
std::int64_t launch_count(const Store& store, const std::string& run_id);

/// Stores the event; one that is there already, by its UUID, stays. \returns whether it was new.
bool add_triage(Store& store, const TriageEvent& event);

/// In the order in which they were decided; with `run_id` only those about cases of that run.
std::vector<TriageEvent> load_triage(const Store& store, const std::string& run_id = {});

}  // namespace assay
