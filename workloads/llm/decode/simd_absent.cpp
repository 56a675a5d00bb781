// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/decode/decode.h"
#include "workloads/support/absent.h"

namespace assay::llm {

Implementation decode_simd() { return absent_simd("q8"); }

}  // namespace assay::llm
