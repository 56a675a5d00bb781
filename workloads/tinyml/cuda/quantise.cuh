// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// kernels/quantise.h for the device, value for value.
namespace assay::tinyml::device {

constexpr std::int32_t least = INT32_MIN;
constexpr std::int32_t greatest = INT32_MAX;

__device__ inline std::int32_t wrapped(std::uint32_t value) { return static_cast<std::int32_t>(value); }
__device__ inline std::int32_t sum(std::int32_t a, std::int32_t b) {
  return wrapped(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}
__device__ inline std::int32_t difference(std::int32_t a, std::int32_t b) {
  return wrapped(static_cast<std::uint32_t>(a) - static_cast<std::uint32_t>(b));
}

__device__ inline std::int32_t high_mul(std::int32_t a, std::int32_t b) {
  if (a == least && b == least) return greatest;
  return static_cast<std::int32_t>((static_cast<std::int64_t>(a) * b + (std::int64_t{1} << 30)) >> 31);
}

__device__ inline std::int32_t round_shift(std::int32_t x, std::int32_t exponent) {
  const std::int32_t mask = wrapped((1U << exponent) - 1U);
  const std::int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
}

__device__ inline std::int32_t saturating_shift(std::int32_t x, std::int32_t exponent) {
  const std::int32_t limit = greatest >> exponent;
  if (x > limit) return greatest;
  if (x < -limit - 1) return least;
  return wrapped(static_cast<std::uint32_t>(x) << exponent);
}

__device__ inline std::int32_t scaled(std::int32_t x, std::int32_t multiplier, std::int32_t shift) {
  const std::int32_t left = shift > 0 ? shift : 0;
  const std::int32_t right = shift > 0 ? 0 : -shift;
  return round_shift(high_mul(wrapped(static_cast<std::uint32_t>(x) << left), multiplier), right);
}

__device__ inline std::int8_t requantised(std::int32_t x, std::int32_t multiplier, std::int32_t shift,
                                          std::int32_t zero, std::int32_t low, std::int32_t high) {
  const std::int32_t y = scaled(x, multiplier, shift);
  return static_cast<std::int8_t>(min(max(y, low - zero), high - zero) + zero);
}

}  // namespace assay::tinyml::device
