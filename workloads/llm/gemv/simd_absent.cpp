// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/gemv/gemv.h"
#include "workloads/support/absent.h"

namespace assay::llm {

Implementation gemv_simd() { return absent_simd("q8"); }

}  // namespace assay::llm
