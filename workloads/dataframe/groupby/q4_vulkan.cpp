// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/groupby/vulkan.h"

namespace assay {

Implementation implementation_dataframe_groupby_q4_vulkan();

Implementation implementation_dataframe_groupby_q4_vulkan() {
  return groupby::vulkan_row(groupby::Query::q4);
}

}  // namespace assay
