// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/groupby/vulkan.h"

namespace assay {

Implementation implementation_dataframe_groupby_q1_vulkan();

Implementation implementation_dataframe_groupby_q1_vulkan() {
  return groupby::vulkan_row(groupby::Query::q1);
}

}  // namespace assay
