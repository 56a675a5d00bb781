// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "harness/core/error.h"
#include "harness/judge/result.h"

namespace assay::cli {

/// What `assay` returns to the shell (ci/decisions/0000-design.md, section 7). Interrupted: 128 + the signal.
enum ExitCode : int {
  exit_fine = 0,
  exit_regression = 1,
  exit_usage = 2,        ///< usage or bad input
  exit_unavailable = 3,  ///< something asked for by name is not available here
  exit_internal = 4,     ///< a fault of ours, or the operating system refused
  exit_dead_gate = 5,
  exit_wrong_result = 6,
  exit_no_result = 7,  ///< a case has no valid result because its worker crashed, hung, broke the protocol or
                       ///< told false times
};

int exit_code(ErrorCode code);

/// Of results: 6 where one is wrong, 7 where one has none or false times, 0 for all others.
int exit_of(const std::vector<ResultRow>& rows);

/// Where several apply, the first of 4, 2, 5, 3, 6, 7, 1.
int worse(int a, int b);

}  // namespace assay::cli
