// SPDX-License-Identifier: Apache-2.0
#include "workloads/tinyml/kernels/rows.h"
#include "workloads/tinyml/vulkan/layers.h"

namespace assay {

Implementation implementation_tinyml_fully_connected_int8_vulkan();

Implementation implementation_tinyml_fully_connected_int8_vulkan() {
  return tinyml::vulkan_layer_row(assay_kernel_fully_connected_int8, assay_layer_fully_connected);
}

}  // namespace assay
