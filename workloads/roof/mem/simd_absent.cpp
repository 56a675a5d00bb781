// SPDX-License-Identifier: Apache-2.0
#include "workloads/roof/mem/mem.h"
#include "workloads/support/absent.h"

namespace assay::roof_mem {

Implementation simd() { return absent_simd(); }

}  // namespace assay::roof_mem
