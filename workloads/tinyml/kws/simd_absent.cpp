// SPDX-License-Identifier: Apache-2.0
#include "workloads/tinyml/absent.h"
#include "workloads/tinyml/kws/definition.h"

namespace assay::tinyml {

Implementation kws_simd() { return absent_simd(ASSAY_ABSENT_REASON, ASSAY_ABSENT_REMEDY); }

}  // namespace assay::tinyml
