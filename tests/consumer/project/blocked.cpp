// SPDX-License-Identifier: Apache-2.0
// The kernel of the project's own library, its work shared among the threads of the pool.
#include "kernels.h"
#include "scale.h"

namespace assay {

Implementation implementation_demo_scale_blocked() {
  return array_kernel("blocked", scale_shape, [](const Arrays& a) {
    a.pool.run([&](int thread) {
      const auto [begin, end] = a.pool.share(a.output.size(), thread, 16);
      scale_in_blocks(a.inputs[0].data() + begin, a.output.data() + begin, end - begin);
    });
  });
}

}  // namespace assay
