// SPDX-License-Identifier: Apache-2.0
#include "workloads/tinyml/kernels/rows.h"
#include "workloads/tinyml/vulkan/layers.h"

namespace assay {

Implementation implementation_tinyml_depthwise_int8_vulkan();

Implementation implementation_tinyml_depthwise_int8_vulkan() {
  return tinyml::vulkan_layer_row(assay_kernel_depthwise_int8, assay_layer_depthwise);
}

}  // namespace assay
