// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/core/workload.h"

namespace assay::roof_launch {

/// `captured`: the launches of a call as one CUDA graph (cuda_graph), else each by itself (cuda).
Implementation cuda_row(bool captured);

}  // namespace assay::roof_launch
