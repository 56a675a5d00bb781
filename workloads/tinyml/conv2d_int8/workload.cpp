// SPDX-License-Identifier: Apache-2.0
#include "harness/core/component.h"
#include "workloads/tinyml/conv2d_int8/definition.h"

namespace assay {

Workload workload_tinyml_conv2d_int8() {
  return {tinyml::conv2d_int8_definition(), {tinyml::conv2d_int8_reference(), tinyml::conv2d_int8_simd()}};
}

}  // namespace assay
