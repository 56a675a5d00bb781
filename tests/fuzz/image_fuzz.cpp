// SPDX-License-Identifier: Apache-2.0
// Input: a picture file. It is refused with an Error that says why, or decodes to the shape that the header
// of harness/inputs/image.h promises, twice alike. A PNG is tried with right checksums, too: else those of
// its chunks would refuse nearly every mutation before the decoder sees it.
#include <cstdlib>
#include <cstring>
#include <span>
#include <vector>

#include "harness/core/crc32.h"
#include "harness/inputs/image.h"
#include "tests/fuzz/driver.h"

using namespace assay;

namespace {

void must(bool condition) {
  if (!condition) std::abort();
}

constexpr std::size_t signature_bytes = 8;

bool is_png(std::span<const std::byte> file) {
  return file.size() > signature_bytes && std::memcmp(file.data(), "\x89PNG\r\n\x1a\n", signature_bytes) == 0;
}

/// Chunks are: length (big endian), type, data, CRC-32 of type and data (big endian).
std::vector<std::byte> with_right_checksums(std::span<const std::byte> file) {
  std::vector<std::byte> fixed(file.begin(), file.end());
  for (std::size_t at = signature_bytes; at + 12 <= fixed.size();) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length = length << 8 | std::to_integer<std::size_t>(fixed[at + i]);
    if (length > fixed.size() - at - 12) break;
    const std::uint32_t crc = crc32(0, fixed.data() + at + 4, length + 4);
    for (std::size_t i = 0; i < 4; ++i) {
      fixed[at + 8 + length + i] = static_cast<std::byte>((crc >> (24 - 8 * i)) & 0xff);
    }
    at += length + 12;
  }
  return fixed;
}

void decode(std::span<const std::byte> file) {
  inputs::Limits limits;
  limits.image_pixels = 1 << 16;  // larger ones only cost time
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
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> file(reinterpret_cast<const std::byte*>(data), size);
  decode(file);
  if (is_png(file)) decode(with_right_checksums(file));
  return 0;
}
