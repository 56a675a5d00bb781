// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/groupby/groupby.h"

namespace assay {

Workload workload_dataframe_groupby_q5();

Workload workload_dataframe_groupby_q5() { return groupby::make_workload(groupby::Query::q5); }

}  // namespace assay
