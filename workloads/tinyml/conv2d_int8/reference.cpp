// SPDX-License-Identifier: Apache-2.0
#include "workloads/tinyml/conv2d_int8/definition.h"
#include "workloads/tinyml/conv2d_int8/problem.h"
#include "workloads/tinyml/kernel_row.h"

namespace assay::tinyml {

Implementation conv2d_int8_reference() {
  Implementation result;
  result.name = "reference";
  result.doc = "The freestanding C11 kernel that boards and wasm run, on one thread";
  result.make = [](const Preparation& p) { return make_kernel_instance(assay_kernel_conv2d_int8, p); };
  return result;
}

}  // namespace assay::tinyml
