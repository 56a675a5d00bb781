// SPDX-License-Identifier: Apache-2.0
#include "workloads/tinyml/cuda/row.h"
#include "workloads/tinyml/kernels/rows.h"

namespace assay {

Implementation implementation_tinyml_depthwise_int8_cuda();

Implementation implementation_tinyml_depthwise_int8_cuda() {
  return tinyml::cuda_layer_row(assay_kernel_depthwise_int8, assay_layer_depthwise);
}

}  // namespace assay
