// SPDX-License-Identifier: Apache-2.0
// A user's own workload, y = 3 x, and its reference.
#include "scale.h"

namespace assay {

Workload workload_demo_scale() {
  return {{.name = "demo.scale",
           .doc = "y = 3 x",
           .parameters = {{"n", std::int64_t{65536}, "elements, a multiple of 16"}},
           .presets = {{"xs", {{"n", std::int64_t{256}}}}},
           .unit_of_work = "elements",
           .tolerances = {{"float", "rel", 1e-6, 1e-6}},
           .operations_formula = "n",
           .bytes_formula = "8 * n"},
          {array_kernel("reference", scale_shape, [](const Arrays& a) {
            for (std::size_t i = 0; i < a.output.size(); ++i) a.output[i] = 3.0F * a.inputs[0][i];
          })}};
}

}  // namespace assay
