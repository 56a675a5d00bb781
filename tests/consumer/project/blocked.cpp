// SPDX-License-Identifier: Apache-2.0
// The kernel of the project's own library, its work shared among the threads of the pool.
#include "kernels.h"
#include "scale.h"

namespace {

class Blocked : public Scale {
 public:
  using Scale::Scale;
  void call() override {
    pool->run([this](int thread) {
      const auto [begin, end] = pool->share(x.size(), thread, 16);
      scale_in_blocks(x.data() + begin, y.data() + begin, end - begin);
    });
  }
};

}  // namespace

namespace assay {

Implementation implementation_demo_scale_blocked() { return scale<Blocked>("blocked"); }

}  // namespace assay
