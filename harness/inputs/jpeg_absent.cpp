// SPDX-License-Identifier: Apache-2.0
#include "harness/inputs/image.h"
#include "harness/inputs/image_formats.h"

namespace assay::inputs {

Probe jpeg_probe() {
  return Probe::absent(
      "built without libturbojpeg",
      "apt-get install libturbojpeg0-dev, then configure with -DASSAY_JPEG=AUTO and build again");
}

Tensor decode_jpeg(std::span<const std::byte>, const std::string& name, const Limits&) {
  const Probe probe = jpeg_probe();
  throw Error(ErrorCode::unavailable, name + ": JPEG cannot be read: " + probe.reason, probe.remedy);
}

}  // namespace assay::inputs
