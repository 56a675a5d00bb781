// SPDX-License-Identifier: Apache-2.0
// The kernel in a shared object that only the launches of its cases open.
#include "kernels.h"
#include "scale.h"

namespace {

class Plugged : public Scale {
 public:
  using Scale::Scale;
  void call() override { scale_in_blocks(x.data(), y.data(), x.size()); }
};

}  // namespace

namespace assay {

Implementation implementation_demo_scale_plugged() { return scale<Plugged>("plugged"); }

}  // namespace assay
