// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/groupby/groupby.h"

namespace assay {

Workload workload_dataframe_groupby_q4();

Workload workload_dataframe_groupby_q4() { return groupby::make_workload(groupby::Query::q4); }

}  // namespace assay
