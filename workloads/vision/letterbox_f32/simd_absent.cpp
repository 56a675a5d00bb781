// SPDX-License-Identifier: Apache-2.0
#include "workloads/support/absent.h"
#include "workloads/vision/letterbox_f32/letterbox.h"

namespace assay::vision {

Implementation letterbox_simd() { return absent_simd("float"); }

}  // namespace assay::vision
