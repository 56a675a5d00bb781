// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/groupby/groupby.h"
#include "workloads/support/absent.h"

namespace assay::groupby {

Implementation simd(Query) { return absent_simd(); }

}  // namespace assay::groupby
