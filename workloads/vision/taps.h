// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace assay::vision {

/// Weights are fixed-point with this many bits: the two weights of an axis add up to 2048, those of a pixel
/// to 2^22.
inline constexpr int weight_bits = 11;
inline constexpr int weight_one = 1 << weight_bits;

/// Where one output position of one axis reads: source[first] * (2048 - weight) + source[second] * weight.
struct Tap {
  std::int32_t first;
  std::int32_t second;  ///< first + 1, or first at the far edge; weight is 0 there
  std::int32_t weight;  ///< 0..2048, of `second`

  friend bool operator==(const Tap&, const Tap&) = default;
};

/// Bilinear sampling with half-pixel centres, in integers alone, so that every language gets the same taps:
///
///     n = (2 i + 1) * in - out        position of output i is n / (2 out) source pixels
///     first = floor(n / (2 out)),  weight = floor(((n - first * 2 out) * 2048 + out) / (2 out))
///
/// and outside the image the edge pixel: first = 0, weight = 0 before it; first = second = in - 1 behind it.
std::vector<Tap> bilinear_taps(int in, int out);

/// How many different source positions have a weight other than 0: what must be read at the least.
int touched(const std::vector<Tap>& taps);

}  // namespace assay::vision
