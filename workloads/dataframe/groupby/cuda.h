// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/dataframe/groupby/groupby.h"

namespace assay::groupby {

/// On a CUDA device: dense keys alone. \throws Error{unavailable}, when it is made, on other keys.
Implementation cuda_row(Query query);

}  // namespace assay::groupby
