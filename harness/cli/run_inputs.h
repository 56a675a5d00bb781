// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/cli/terminal.h"
#include "harness/run/plan.h"
#include "harness/run/worker.h"

namespace assay::cli {

/// --input options to decoded files in the input cache. Says for each what was read. \throws Error{usage}
/// that lists families, roles and columns; Error{bad_input} naming the file and what was expected.
std::vector<run::BoundInput> bind_inputs(const std::vector<std::string>& options,
                                         const std::vector<run::WorkerInfo>& workers,
                                         const Terminal& terminal);

/// Workloads of the input's family that measure seeded values for roles that it was not given:
/// "dataframe.join (id4, v2)"; "" when there are none.
std::string seeded_beside(const run::BoundInput& input, const std::vector<PlannedCase>& plan,
                          const std::vector<run::WorkerInfo>& workers);

/// The file that a case with an `input` was given, as the user named it ("flights.csv:key=carrier"); "" for a
/// case of seeded values.
std::string input_of(const Run& run, const Case& value);

/// Of a stored run that is taken up: decoded files that the cache no longer holds are made again from what
/// the run was given. \throws Error{bad_input} naming a file that is not there, or is another one by now.
void restore_inputs(Run& run, const std::vector<run::WorkerInfo>& workers, const Terminal& terminal);

}  // namespace assay::cli
