// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

/// Real scales as fixed point, as TensorFlow Lite (Micro) converts them (tensorflow/lite/kernels/internal/
/// quantization_util.cc). Pure functions.
namespace assay::tinyml {

struct FixedPoint {
  std::int32_t multiplier = 0, shift = 0;
};

/// real = multiplier / 2^31 * 2^shift to nearest; what is below 2^-32 is 0. real >= 0 and finite. A shift
/// above 30 is the caller's to refuse.
inline FixedPoint fixed_point(double real) {
  if (real == 0) return {};
  int shift = 0;
  const double fraction = std::frexp(real, &shift);
  auto multiplier = static_cast<std::int64_t>(std::round(fraction * 2147483648.0));
  if (multiplier == std::int64_t{1} << 31) multiplier /= 2, ++shift;
  if (shift < -31) return {};
  return {static_cast<std::int32_t>(multiplier), shift};
}

/// Differences below this many steps (<= 0) have no exponential in Q5.26.
inline std::int32_t least_difference(int shift) {
  return static_cast<std::int32_t>(
      -std::floor(31.0 * (1 << 26) / static_cast<double>(std::int64_t{1} << shift)));
}

}  // namespace assay::tinyml
