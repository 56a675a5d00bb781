// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/dataframe/groupby/groupby.h"

/// On a CUDA device: dense keys alone. Both \throw Error{unavailable}, when an instance is made, on other
/// keys.
namespace assay::groupby {

Implementation cuda_row(Query query);  ///< a table of sums, added to atomically
Implementation cub_row(Query query);   ///< NVIDIA's library: sorted by key, then reduced by key

}  // namespace assay::groupby
