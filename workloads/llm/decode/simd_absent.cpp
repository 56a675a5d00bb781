// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/support/simd_absent.h"
#include "workloads/llm/decode/decode.h"

namespace assay::llm {

Implementation decode_simd() { return simd_absent(); }

}  // namespace assay::llm
