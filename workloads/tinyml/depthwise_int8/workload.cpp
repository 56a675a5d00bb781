// SPDX-License-Identifier: Apache-2.0
#include "harness/core/component.h"
#include "workloads/tinyml/kernel_row.h"
#include "workloads/tinyml/kernels/rows.h"

namespace assay {

Workload workload_tinyml_depthwise_int8() {
  return tinyml::row_workload(
      assay_kernel_depthwise_int8,
      {.doc = "One depthwise 2-D convolution layer with SAME padding after the TFLite int8 specification: "
              "each channel with its own kernel; arithmetic and scales as of tinyml.conv2d_int8.",
       .parameters = {"input rows", "input columns", "channels", "rows and columns of the kernel",
                      "rows and columns between two windows"},
       .operations = "2 * ceil(height/stride) * ceil(width/stride) * channels * kernel * kernel",
       .bytes = "height * width * channels + kernel * kernel * channels + 12 * channels + "
                "ceil(height/stride) * ceil(width/stride) * channels"});
}

}  // namespace assay
