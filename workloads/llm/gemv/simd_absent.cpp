// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/support/simd_absent.h"
#include "workloads/llm/gemv/gemv.h"

namespace assay::llm {

Implementation gemv_simd() { return simd_absent(); }

}  // namespace assay::llm
