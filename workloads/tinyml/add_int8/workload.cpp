// SPDX-License-Identifier: Apache-2.0
#include "harness/core/component.h"
#include "workloads/tinyml/kernel_row.h"
#include "workloads/tinyml/kernels/rows.h"

namespace assay {

Workload workload_tinyml_add_int8() {
  return tinyml::row_workload(
      assay_kernel_add_int8,
      {.doc = "The sum of two int8 tensors of different scales after the TFLite int8 specification: both are "
              "brought to a common scale with 20 bits more, added, and rounded to the scale of the output.",
       .parameters = {"numbers in each tensor"},
       .operations = "0",
       .bytes = "3 * elements"});
}

}  // namespace assay
