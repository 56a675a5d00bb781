// SPDX-License-Identifier: Apache-2.0
#include "harness/core/component.h"
#include "workloads/tinyml/kernel_row.h"
#include "workloads/tinyml/kernels/rows.h"

namespace assay {

Workload workload_tinyml_softmax_int8() {
  return tinyml::row_workload(
      assay_kernel_softmax_int8,
      {.doc = "Softmax of int8 logits in fixed point after the TFLite int8 specification: exponentials of "
              "differences from the largest, their sum, its reciprocal by three Newton steps. Logits are "
              "uniform, their scale is 3/64.",
       .parameters = {"vectors", "numbers in each"},
       .operations = "0",
       .bytes = "2 * rows * classes"});
}

}  // namespace assay
