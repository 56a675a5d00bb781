// SPDX-License-Identifier: Apache-2.0
#include "harness/inputs/image.h"
#include "harness/inputs/image_formats.h"

namespace assay::inputs {

Probe png_probe() {
  return Probe::absent("built without libpng",
                       "apt-get install libpng-dev, then configure with -DASSAY_PNG=AUTO and build again");
}

Tensor decode_png(std::span<const std::byte>, const std::string& name, const Limits&) {
  const Probe probe = png_probe();
  throw Error(ErrorCode::unavailable, name + ": PNG cannot be read: " + probe.reason, probe.remedy);
}

}  // namespace assay::inputs
