// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/palette.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace assay::chart {
namespace {

// In the order of Role.
constexpr std::array<std::uint32_t, role_count> light = {
    0x1f2328, 0x5f6771, 0xe4e7eb, 0xffffff, 0x8c959f, 0x0060df, 0x00795a, 0xb8330f,
    0x0072b2, 0xc45500, 0x008f68, 0xb45a92, 0x9a7200, 0x2c8fc4, 0x5b4bb5, 0x6e7680};
constexpr std::array<std::uint32_t, role_count> dark = {
    0xe6edf3, 0x9aa4b0, 0x2b323b, 0x12161c, 0x6e7781, 0x6cb0ff, 0x3fd0a0, 0xff8a66,
    0x4aa8ea, 0xf0894a, 0x3fd0a0, 0xdb93c2, 0xe3b341, 0x8fd3f7, 0xa79bf0, 0xb0b8c2};

double luminance(std::uint32_t colour) {
  const auto linear = [&](int shift) {
    const double part = static_cast<double>(colour >> shift & 0xFF) / 255;
    return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(16) + 0.7152 * linear(8) + 0.0722 * linear(0);
}

}  // namespace

std::uint32_t colour(Role role, Theme theme) {
  return (theme == Theme::light ? light : dark)[static_cast<std::size_t>(role)];
}

std::string hex(std::uint32_t colour) {
  std::string text = "#";
  for (int shift = 20; shift >= 0; shift -= 4) text += "0123456789abcdef"[colour >> shift & 0xF];
  return text;
}

double contrast(std::uint32_t a, std::uint32_t b) {
  const double one = luminance(a) + 0.05;
  const double other = luminance(b) + 0.05;
  return std::max(one, other) / std::min(one, other);
}

}  // namespace assay::chart
