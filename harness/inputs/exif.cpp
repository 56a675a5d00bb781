// SPDX-License-Identifier: Apache-2.0
#include "harness/inputs/exif.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace assay::inputs {

namespace {

/// Bytes that may end anywhere: what lies beyond the end reads as 0.
class Bytes {
 public:
  Bytes(std::span<const std::byte> data, bool little) : data_(data), little_(little) {}
  std::uint32_t read(std::size_t at, int count) const {
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i) {
      const std::size_t place = at + static_cast<std::size_t>(little_ ? count - 1 - i : i);
      value = value << 8 | (place < data_.size() ? std::to_integer<std::uint32_t>(data_[place]) : 0u);
    }
    return value;
  }

 private:
  std::span<const std::byte> data_;
  bool little_;
};

/// `tiff`: the TIFF structure inside of an Exif segment.
int orientation_of(std::span<const std::byte> tiff) {
  if (tiff.size() < 8) return 1;
  const bool little = std::memcmp(tiff.data(), "II*\0", 4) == 0;
  if (!little && std::memcmp(tiff.data(), "MM\0*", 4) != 0) return 1;
  const Bytes bytes(tiff, little);
  const std::size_t directory = bytes.read(4, 4);
  const std::size_t entries = bytes.read(directory, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + 12 * i;
    if (entry + 12 > tiff.size()) break;
    constexpr std::uint32_t tag_orientation = 0x0112;
    constexpr std::uint32_t type_short = 3;
    if (bytes.read(entry, 2) != tag_orientation) continue;
    const std::uint32_t value = bytes.read(entry + 8, 2);
    const bool known = bytes.read(entry + 2, 2) == type_short && value >= 1 && value <= 8;
    return known ? static_cast<int>(value) : 1;
  }
  return 1;
}

}  // namespace

int exif_orientation(std::span<const std::byte> jpeg) {
  constexpr std::uint32_t app1 = 0xFFE1;
  constexpr std::uint32_t start_of_scan = 0xFFDA;
  const Bytes bytes(jpeg, false);
  for (std::size_t at = 2; at + 4 <= jpeg.size();) {
    const std::uint32_t marker = bytes.read(at, 2);
    const std::size_t length = bytes.read(at + 2, 2);
    if ((marker & 0xFF00u) != 0xFF00u || marker == start_of_scan || length < 2) return 1;
    const std::size_t end = std::min(at + 2 + length, jpeg.size());
    const auto segment = jpeg.subspan(at + 4, end - std::min(at + 4, end));
    if (marker == app1 && segment.size() > 6 && std::memcmp(segment.data(), "Exif\0\0", 6) == 0) {
      return orientation_of(segment.subspan(6));
    }
    at = end;
  }
  return 1;
}

Tensor upright(Tensor image, int orientation) {
  if (orientation < 2 || orientation > 8) return image;
  const auto height = static_cast<std::size_t>(image.shape[0]);
  const auto width = static_cast<std::size_t>(image.shape[1]);
  const bool sideways = orientation >= 5;
  const bool mirror_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool mirror_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  Tensor turned = image;
  if (sideways) turned.shape = {image.shape[1], image.shape[0], 3};
  const std::size_t rows = sideways ? width : height;
  const std::size_t columns = sideways ? height : width;
  for (std::size_t y = 0; y < rows; ++y) {
    for (std::size_t x = 0; x < columns; ++x) {
      std::size_t from_x = sideways ? y : x;
      std::size_t from_y = sideways ? x : y;
      if (mirror_x) from_x = width - 1 - from_x;
      if (mirror_y) from_y = height - 1 - from_y;
      std::memcpy(&turned.bytes[3 * (y * columns + x)], &image.bytes[3 * (from_y * width + from_x)], 3);
    }
  }
  return turned;
}

}  // namespace assay::inputs
