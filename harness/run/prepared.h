// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/core/run.h"
#include "harness/protocol/messages.h"

namespace assay::run {

/// Is what was prepared the case that was planned? A case that names its threads is not measured with others
/// ("all" takes what the worker has): \throws Error{unavailable}. One run measures one device: \throws
/// Error{worker} when another board now has the name of `device`, which is as hello described it (a device
/// without a UUID cannot be told apart).
void check_prepared(const PlannedCase& planned, const Device& device, const protocol::Prepared& prepared);

/// What a launch prepared beside what the reference did of the same case: the same input, the same work of a
/// call. "" when they agree, else what differs. Pure.
std::string prepared_difference(const Launch& launch, const std::string& reference_input,
                                const Work& reference);

}  // namespace assay::run
