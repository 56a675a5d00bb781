// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/core/run.h"
#include "harness/protocol/messages.h"

namespace assay::run {

/// Is what was prepared the case that was planned? A case that names its threads is not measured with others
/// ("all" takes what the worker has): \throws Error{unavailable}. One run measures one device: \throws
/// Error{worker} when another board now has the name of `device`, which is as hello described it (a device
/// without a UUID cannot be told apart).
void check_prepared(const PlannedCase& planned, const Device& device, const protocol::Prepared& prepared);

}  // namespace assay::run
