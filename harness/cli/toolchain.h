// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "harness/run/checks.h"

namespace assay::cli {

/// A row for each tool that Assay, its build or a user's own workers use: the version that is found on PATH,
/// or that there is none, what it is for, and how it is had. Each is started, to say its version. A machine
/// without one is as good as any; one that is there and does not work is warned of.
std::vector<run::Check> toolchain_checks();

}  // namespace assay::cli
