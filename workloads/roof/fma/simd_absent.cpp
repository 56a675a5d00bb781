// SPDX-License-Identifier: Apache-2.0
#include "workloads/roof/fma/fma.h"
#include "workloads/support/absent.h"

namespace assay::roof_fma {

std::vector<std::string> paths() { return {}; }

Implementation simd() { return absent_simd("float"); }

}  // namespace assay::roof_fma
