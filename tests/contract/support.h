// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/core/component.h"

namespace assay {
/// Generated for this program: every component of the build.
const ComponentTable& worker_table();
}  // namespace assay

namespace assay::contract {

/// Why a result does not agree with the expected one by a tolerance; empty when it does. Written apart from
/// harness/protocol/agree.h, so that a fault in the one shows against the other.
std::string disagreement(const std::vector<Tensor>& result, const std::vector<Tensor>& expected,
                         const Tolerance& tolerance);

/// How often operator new was called so far, by any thread.
std::int64_t allocations();

}  // namespace assay::contract
