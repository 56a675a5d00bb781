// SPDX-License-Identifier: Apache-2.0
#include "harness/core/component.h"
#include "workloads/tinyml/kws/definition.h"

namespace assay {

Workload workload_tinyml_kws() {
  return {tinyml::kws_definition(), {tinyml::kws_reference(), tinyml::kws_simd()}};
}

}  // namespace assay
