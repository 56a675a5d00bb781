// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/agent/kernel.h"
#include "harness/core/workload.h"
#include "workloads/tinyml/kernels/calibrate.h"

namespace assay::tinyml {

/// The implementation `cuda` of a row that is one seeded layer (kernels/seeded_layer.h).
Implementation cuda_layer_row(const assay_kernel& kernel, assay_layer_kind kind);

}  // namespace assay::tinyml
