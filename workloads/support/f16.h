// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace assay {

/// IEEE 754 binary16 to binary32: exact for every bit pattern (subnormals, infinities and NaNs included).
constexpr float f16_to_f32(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1Fu;
  const std::uint32_t mantissa = half & 0x3FFu;
  if (exponent == 0x1F) return std::bit_cast<float>(sign | 0x7F800000u | (mantissa << 13));
  if (exponent == 0) {  // zero or subnormal: mantissa * 2^-24, exact in binary32
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
  }
  return std::bit_cast<float>(sign | ((exponent + 112u) << 23) | (mantissa << 13));
}

/// binary32 to binary16, round to nearest, ties to even, as F16C and NEON do; NaN stays a (quiet) NaN.
constexpr std::uint16_t f32_to_f16(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000u);
  const std::uint32_t magnitude = bits & 0x7FFFFFFFu;
  const auto pack = [sign](std::uint32_t m) { return static_cast<std::uint16_t>(sign | m); };
  if (magnitude > 0x7F800000u) return pack(0x7E00u | ((magnitude >> 13) & 0x3FFu));
  if (magnitude >= 0x477FF000u) return pack(0x7C00u);  // 65520 and more round to infinity
  if (magnitude >= 0x38800000u) {                      // normal: rebias, then round the 13 dropped bits
    const std::uint32_t rebased = magnitude - (112u << 23);
    return pack((rebased + 0xFFFu + ((rebased >> 13) & 1u)) >> 13);
  }
  if (magnitude < 0x33000000u) return pack(0);  // less than half of the smallest subnormal
  const std::uint32_t shift = 126u - (magnitude >> 23);
  const std::uint32_t full = (magnitude & 0x7FFFFFu) | 0x800000u;
  const std::uint32_t kept = full >> shift;
  const std::uint32_t rest = full & ((1u << shift) - 1u);
  const std::uint32_t half = 1u << (shift - 1u);
  return pack(kept + ((rest > half || (rest == half && (kept & 1u) != 0)) ? 1u : 0u));
}

/// The values as binary16, and where their number is odd a zero behind them: whole words of two.
inline std::vector<std::uint16_t> as_halves(std::span<const float> values) {
  std::vector<std::uint16_t> halves((values.size() + 1) / 2 * 2);
  for (std::size_t i = 0; i < values.size(); ++i) halves[i] = f32_to_f16(values[i]);
  return halves;
}

}  // namespace assay
