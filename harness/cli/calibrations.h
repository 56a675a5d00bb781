// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/cli/settings.h"
#include "harness/core/calibration.h"
#include "harness/core/host.h"
#include "harness/run/checks.h"

namespace assay::cli {

/// What the doctor says of them: whether there are any, how old they are, what can be detected, and what to
/// change. Pure.
run::Check calibration_check(const std::vector<Calibration>& known, std::int64_t now_utc_ms);

/// The same from the database; one that is not there holds none, one that cannot be read says why.
run::Check calibration_check(const Settings& settings, const Host& host);

}  // namespace assay::cli
