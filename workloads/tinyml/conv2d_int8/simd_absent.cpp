// SPDX-License-Identifier: Apache-2.0
#include "workloads/tinyml/absent.h"
#include "workloads/tinyml/conv2d_int8/definition.h"

namespace assay::tinyml {

Implementation conv2d_int8_simd() { return absent_simd(ASSAY_ABSENT_REASON, ASSAY_ABSENT_REMEDY); }

}  // namespace assay::tinyml
