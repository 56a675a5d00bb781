// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "harness/run/checks.h"

namespace assay::cli {

/// A row for each tool that Assay, its build or a user's own workers use: the version that is found on PATH,
/// or that there is none, what it is for, and how it is had. Each is started, to say its version. One that is
/// not here is warned of, as all that is absent, and so is one that does not work.
std::vector<run::Check> toolchain_checks();

}  // namespace assay::cli
