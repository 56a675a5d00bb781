// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/groupby/cuda.h"

namespace assay {

Implementation implementation_dataframe_groupby_q5_cub();

Implementation implementation_dataframe_groupby_q5_cub() { return groupby::cub_row(groupby::Query::q5); }

}  // namespace assay
