// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "harness/core/host.h"
#include "harness/core/run.h"
#include "harness/run/worker.h"
#include "harness/store/store.h"

namespace assay::run {

/// Refuses to go on with a stored run where its cases would then mix what cannot be compared: on a host of
/// another class, or with a worker whose files changed after it was measured. \throws Error{bad_input}.
void check_resume(const Run& stored, const std::vector<LaunchSummary>& launches, const Host& here,
                  const std::vector<WorkerInfo>& workers);

}  // namespace assay::run
