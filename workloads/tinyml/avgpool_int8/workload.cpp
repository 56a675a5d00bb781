// SPDX-License-Identifier: Apache-2.0
#include "harness/core/component.h"
#include "workloads/tinyml/kernel_row.h"
#include "workloads/tinyml/kernels/rows.h"

namespace assay {

Workload workload_tinyml_avgpool_int8() {
  return tinyml::row_workload(assay_kernel_avgpool_int8,
                              {.doc = "The mean of each channel over all pixels of an int8 image, rounded to "
                                      "nearest with ties away from zero (TFLite AVERAGE_POOL_2D with one "
                                      "output pixel). Each channel has a seeded mean of its own.",
                               .parameters = {"input rows", "input columns", "channels"},
                               .operations = "0",
                               .bytes = "height * width * channels + channels"});
}

}  // namespace assay
