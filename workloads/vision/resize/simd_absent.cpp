// SPDX-License-Identifier: Apache-2.0
#include "workloads/support/absent.h"
#include "workloads/vision/resize/resize.h"

namespace assay::vision {

Implementation resize_simd() { return absent_simd(); }

}  // namespace assay::vision
