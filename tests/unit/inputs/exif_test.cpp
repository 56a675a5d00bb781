// SPDX-License-Identifier: Apache-2.0
#include "harness/inputs/exif.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "harness/inputs/image.h"

using namespace assay;
using namespace assay::inputs;

namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

std::string number(std::uint32_t value, int count, bool little) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const int shift = 8 * (little ? i : count - 1 - i);
    text += static_cast<char>(value >> shift & 255u);
  }
  return text;
}

/// An APP1 segment whose only tag but one says the orientation.
std::string exif(std::uint32_t orientation, bool little, std::uint32_t type = 3) {
  const auto n = [&](std::uint32_t value, int count) { return number(value, count, little); };
  const std::string tiff = (little ? std::string("II*\0", 4) : std::string("MM\0*", 4)) + n(8, 4) + n(2, 2) +
                           n(0x0100, 2) + n(3, 2) + n(1, 4) + n(77, 2) + n(0, 2) +  // another tag
                           n(0x0112, 2) + n(type, 2) + n(1, 4) + n(orientation, 2) + n(0, 2);
  const std::string body = std::string("Exif\0\0", 6) + tiff;
  return "\xff\xe1" + number(static_cast<std::uint32_t>(body.size()) + 2, 2, false) + body;
}

const std::string start = "\xff\xd8";
const std::string comment = std::string("\xff\xfe\0\x04hi", 6);

}  // namespace

TEST_CASE("the orientation is found in either byte order, behind other segments") {
  for (const bool little : {false, true}) {
    for (std::uint32_t orientation = 1; orientation <= 8; ++orientation) {
      CHECK(exif_orientation(bytes_of(start + comment + exif(orientation, little))) ==
            static_cast<int>(orientation));
    }
  }
}

TEST_CASE("Exif data that say nothing sensible, or end anywhere, leave the picture as it is") {
  CHECK(exif_orientation(bytes_of(start)) == 1);
  CHECK(exif_orientation(bytes_of(start + comment)) == 1);
  CHECK(exif_orientation(bytes_of(start + exif(9, true))) == 1);
  CHECK(exif_orientation(bytes_of(start + exif(0, true))) == 1);
  CHECK(exif_orientation(bytes_of(start + exif(6, true, 4))) == 1);
  CHECK(exif_orientation(bytes_of(start + "\xff\xda" + std::string("\0\x02", 2) + exif(6, true))) == 1);
  const std::string whole = start + exif(6, true);
  for (std::size_t size = 0; size + 4 < whole.size(); ++size) {  // the last two bytes are padding
    INFO(size);
    CHECK(exif_orientation(bytes_of(whole.substr(0, size))) == 1);
  }
}

TEST_CASE("each orientation turns the picture as its definition says") {
  // 1 2 3
  // 4 5 6
  std::vector<std::uint8_t> pixels;
  for (std::uint8_t value = 1; value <= 6; ++value) pixels.insert(pixels.end(), 3, value);
  const Tensor image = Tensor::from<std::uint8_t>("image", {2, 3, 3}, pixels);
  const auto turned = [&](int orientation) {
    const Tensor result = upright(image, orientation);
    std::string text;
    for (std::size_t i = 0; i < result.bytes.size(); i += 3) {
      if (i > 0 && i / 3 % static_cast<std::size_t>(result.shape[1]) == 0) text += '/';
      text += static_cast<char>('0' + std::to_integer<int>(result.bytes[i + 2]));
    }
    return text;
  };
  CHECK(turned(1) == "123/456");
  CHECK(turned(2) == "321/654");
  CHECK(turned(3) == "654/321");
  CHECK(turned(4) == "456/123");
  CHECK(turned(5) == "14/25/36");
  CHECK(turned(6) == "41/52/63");
  CHECK(turned(7) == "63/52/41");
  CHECK(turned(8) == "36/25/14");
  CHECK(turned(0) == "123/456");
}

TEST_CASE("a photograph that was taken sideways is decoded upright") {
  if (!jpeg_probe().available) return;
  const std::string path = std::string(std::getenv("ASSAY_SOURCE_DIR")) + "/tests/unit/inputs/data/rgb.jpg";
  std::ifstream file(path, std::ios::binary);
  const std::string plain{std::istreambuf_iterator<char>(file), {}};
  const std::string sideways = plain.substr(0, 2) + exif(6, true) + plain.substr(2);
  const Tensor as_stored = decode_image(bytes_of(plain), "plain");
  const Tensor image = decode_image(bytes_of(sideways), "sideways");
  CHECK(image.shape == std::vector<std::int64_t>{16, 8, 3});
  CHECK(image.bytes == upright(as_stored, 6).bytes);
}
