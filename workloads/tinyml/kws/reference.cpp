// SPDX-License-Identifier: Apache-2.0
#include "workloads/tinyml/kernel_row.h"
#include "workloads/tinyml/kws/definition.h"
#include "workloads/tinyml/kws/problem.h"

namespace assay::tinyml {

Implementation kws_reference() {
  Implementation result;
  result.name = "reference";
  result.doc = "The freestanding C11 network that boards and wasm run, on one thread";
  result.make = [](const Preparation& p) { return make_kernel_instance(assay_kernel_kws, p); };
  return result;
}

}  // namespace assay::tinyml
