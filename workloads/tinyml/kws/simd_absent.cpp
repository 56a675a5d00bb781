// SPDX-License-Identifier: Apache-2.0
#include "workloads/support/absent.h"
#include "workloads/tinyml/kws/definition.h"

namespace assay::tinyml {

Implementation kws_simd() { return absent_simd(); }

}  // namespace assay::tinyml
