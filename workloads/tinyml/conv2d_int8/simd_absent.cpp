// SPDX-License-Identifier: Apache-2.0
#include "workloads/support/absent.h"
#include "workloads/tinyml/conv2d_int8/definition.h"

namespace assay::tinyml {

Implementation conv2d_int8_simd() { return absent_simd(); }

}  // namespace assay::tinyml
