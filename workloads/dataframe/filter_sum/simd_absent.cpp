// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/filter_sum/filter_sum.h"
#include "workloads/support/absent.h"

namespace assay::filter_sum {

Implementation simd() { return absent_simd(); }

}  // namespace assay::filter_sum
