// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/groupby/cuda.h"

namespace assay {

Implementation implementation_dataframe_groupby_q4_cub();

Implementation implementation_dataframe_groupby_q4_cub() { return groupby::cub_row(groupby::Query::q4); }

}  // namespace assay
