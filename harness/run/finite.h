// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/protocol/agree.h"

namespace assay::run {

/// What a result says of itself that agrees with the expected one and tells nothing: the first output of
/// reals of which not one is finite ("all 1024 values of 'y' are NaN or infinite, in the expected result
/// too"), else
/// "". Pure.
std::string not_finite(const std::vector<protocol::Output>& outputs);

}  // namespace assay::run
