// SPDX-License-Identifier: Apache-2.0
#include "workloads/tinyml/conv2d_int8/problem.h"
#include "workloads/tinyml/vulkan/layers.h"

namespace assay {

Implementation implementation_tinyml_conv2d_int8_vulkan();

Implementation implementation_tinyml_conv2d_int8_vulkan() {
  return tinyml::vulkan_layer_row(assay_kernel_conv2d_int8, assay_layer_conv);
}

}  // namespace assay
