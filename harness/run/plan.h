// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/core/run.h"
#include "harness/core/selector.h"
#include "harness/run/worker.h"

namespace assay::run {

/// A real input after decoding: which workloads of a family get which files.
struct BoundInput {
  std::string family;                        ///< "vision"
  std::string source;                        ///< the file as the user named it
  std::string key;                           ///< what the case's `input=` says
  std::string sha256;                        ///< of that file
  std::uint64_t bytes = 0;                   ///< of that file
  std::map<std::string, std::string> roles;  ///< role -> .npy in the input cache
  std::string notes{};                       ///< what reading it did: "8 rows; column 'x' is text: ..."
};

struct PlanRequest {
  std::vector<Selector> selectors;  ///< in the order given; empty: nothing is planned
  std::vector<BoundInput> inputs;
  int launches = 6;
  bool include_reference = false;  ///< else `reference` is planned only where a selector names it
  std::vector<int> cpus;           ///< that may be used: a case of more threads is refused; empty: not known
};

/// A selected case that cannot run here, with the reason and the remedy that the worker gave.
struct Refused {
  Case value;
  Probe probe;
  bool whole_workload = false;  ///< the worker has nothing of it, whatever the parameters
};

struct Plan {
  std::vector<PlannedCase> cases;  ///< distinct, in the order of selectors, workers and workloads
  std::vector<Refused> refused;    ///< that no worker can run, by canonical text
  /// Cases that a worker offers and an earlier one is planned for, with the reason.
  std::map<std::string, std::string> hidden = {};
  /// Parameters that selectors name and cases do not have, as their input files say them.
  std::set<std::string> of_input = {};
};

/// Selects cases over everything that the workers offer. A selector that matches nothing is an Error{usage}
/// with the closest names; one that names an implementation which is absent here plans nothing for it and
/// says so in `refused`.
Plan make_plan(const PlanRequest& request, const std::vector<WorkerInfo>& workers);

/// The order in which launches happen: rounds over all cases, each round in a fresh random order, so that
/// drift of the host touches every case alike and no two launches of a case are neighbours by plan.
/// Deterministic in the seed.
struct ScheduledLaunch {
  std::int64_t case_ordinal;
  int index;
};
std::vector<ScheduledLaunch> make_schedule(const std::vector<PlannedCase>& cases, std::uint64_t seed);

}  // namespace assay::run
