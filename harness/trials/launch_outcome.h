// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "harness/core/run.h"
#include "harness/trials/paired_trial.h"

/// Inside: what a real launch is for a trial.
namespace assay::trials {

LaunchOutcome outcome_of(const Launch& launch);

}  // namespace assay::trials
