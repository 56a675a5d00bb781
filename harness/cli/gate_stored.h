// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/cli/command.h"
#include "harness/core/host.h"
#include "harness/judge/gate_evidence.h"
#include "harness/judge/policy.h"
#include "harness/judge/result.h"

/// A gate against results that were stored: a baseline, or another run.
namespace assay::cli {

struct StoredBase {
  std::string name;  ///< "baseline:main", "run:1a2b"
  std::vector<ResultRow> rows;
  Host host;
};

/// The exact metrics that gates judge and the results have.
std::vector<std::string> exact_of(const std::vector<ResultRow>& rows);

/// Of a paired trial's run the side that was new.
std::vector<ResultRow> new_side(std::vector<ResultRow> rows);

/// A stored run beside them: exact counts decide where they compare; times only beyond what two sessions of
/// this class of hosts differ by. `from`: of the history, as `settled_between` takes it. \throws Error where
/// there is no such run.
GateEvidence against_stored(const StoredBase& base, const std::string& run,
                            const std::vector<std::string>& from, const Policy& policy,
                            const Context& context);

/// Cases whose time is slower are measured once more, as their run was, into a run of its own: a second
/// session of which the evidence keeps the ratio, or why there is none (another host, a worker that was built
/// anew). Exact counts are not: they would be the same. `budget`: as --budget; may be empty.
/// \returns 0, or 128 + the signal that interrupted it.
int measure_alarms_again(GateEvidence& evidence, const StoredBase& base, const Policy& policy,
                         const std::string& budget, Context& context);

}  // namespace assay::cli
