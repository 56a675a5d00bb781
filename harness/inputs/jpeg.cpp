// SPDX-License-Identifier: Apache-2.0
#include <turbojpeg.h>

#include <memory>

#include "harness/inputs/exif.h"
#include "harness/inputs/image.h"
#include "harness/inputs/image_formats.h"

namespace assay::inputs {

Probe jpeg_probe() { return Probe::present(); }

Tensor decode_jpeg(std::span<const std::byte> file, const std::string& name, const Limits& limits) {
  const std::unique_ptr<void, int (*)(tjhandle)> decoder(tjInitDecompress(), &tjDestroy);
  if (!decoder) throw Error(ErrorCode::internal, "libturbojpeg does not start");
  const auto* bytes = reinterpret_cast<const unsigned char*>(file.data());
  const auto fail = [&] {
    return image_error(name, std::string("is not a whole JPEG: ") + tjGetErrorStr2(decoder.get()));
  };
  int width = 0;
  int height = 0;
  int subsampling = 0;
  int colours = 0;
  if (tjDecompressHeader3(decoder.get(), bytes, file.size(), &width, &height, &subsampling, &colours) != 0)
    throw fail();
  if (colours == TJCS_CMYK || colours == TJCS_YCCK) {
    throw image_error(name, "is a JPEG of four inks (CMYK); convert it to RGB");
  }
  Tensor image = blank_image(width, height, name, limits);
  // The exact inverse transform, so that all CPUs decode alike; what is damaged or cut off is refused, not
  // guessed; a file of very many progressive scans, which takes minutes a megabyte, is refused as well.
  const int flags = TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS;
  if (tjDecompress2(decoder.get(), bytes, file.size(), reinterpret_cast<unsigned char*>(image.bytes.data()),
                    width, 0, height, TJPF_RGB, flags) != 0) {
    throw fail();
  }
  return upright(std::move(image), exif_orientation(file));
}

}  // namespace assay::inputs
