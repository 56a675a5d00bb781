// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "harness/core/tensor.h"

namespace assay::worker {

/// Did spoil() overwrite all that output() returns? Else the next verification could see this one's result.
/// Every element must differ, but for one that happens to be what all elements are now. Pure.
/// \throws Error{worker} that names the output.
void check_spoilt(const std::vector<Tensor>& before, const std::vector<Tensor>& after);

}  // namespace assay::worker
