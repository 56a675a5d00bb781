// SPDX-License-Identifier: Apache-2.0
#include "harness/core/component.h"
#include "workloads/tinyml/kernel_row.h"
#include "workloads/tinyml/kernels/rows.h"

namespace assay {

Workload workload_tinyml_fully_connected_int8() {
  return tinyml::row_workload(
      assay_kernel_fully_connected_int8,
      {.doc = "One fully connected layer after the TFLite int8 specification, with a scale for each output; "
              "arithmetic as of tinyml.conv2d_int8. The least and the largest sum saturate.",
       .parameters = {"inputs", "outputs"},
       .operations = "2 * in_channels * out_channels",
       .bytes = "in_channels + in_channels * out_channels + 13 * out_channels"});
}

}  // namespace assay
