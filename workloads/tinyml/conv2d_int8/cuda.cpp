// SPDX-License-Identifier: Apache-2.0
#include "workloads/tinyml/conv2d_int8/problem.h"
#include "workloads/tinyml/cuda/row.h"

namespace assay {

Implementation implementation_tinyml_conv2d_int8_cuda();

Implementation implementation_tinyml_conv2d_int8_cuda() {
  return tinyml::cuda_layer_row(assay_kernel_conv2d_int8, assay_layer_conv);
}

}  // namespace assay
