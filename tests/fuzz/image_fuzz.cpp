// SPDX-License-Identifier: Apache-2.0
// Input: a picture file. It is refused with an Error that says why, or decodes to the shape that the header
// of harness/inputs/image.h promises, twice alike.
#include <cstdlib>
#include <span>

#include "harness/inputs/image.h"
#include "tests/fuzz/driver.h"

using namespace assay;

namespace {

void must(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  inputs::Limits limits;
  limits.image_pixels = 1 << 16;  // larger ones only cost time
  const std::span<const std::byte> file(reinterpret_cast<const std::byte*>(data), size);
  try {
    const Tensor image = inputs::decode_image(file, "fuzz", limits);
    must(image.dtype == DType::u8 && image.shape.size() == 3 && image.shape[2] == 3);
    must(image.shape[0] >= 1 && image.shape[1] >= 1 &&
         image.shape[0] * image.shape[1] <= limits.image_pixels);
    must(static_cast<std::int64_t>(image.bytes.size()) == image.elements());
    must(digest(image) == digest(inputs::decode_image(file, "fuzz", limits)));
  } catch (const Error& error) {
    must(error.code == ErrorCode::bad_input || error.code == ErrorCode::unavailable);
    must(error.what()[0] != '\0' && !error.remedy.empty());
  }
  return 0;
}
