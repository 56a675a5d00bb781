// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace assay::roof_dot {

/// Chains of one block: 12 accumulators of 16 lanes of 32 bits, and 24 of 8.
inline constexpr std::size_t chains = 192;
/// Operands that a chain takes in each round: 4 bytes of each side.
inline constexpr std::size_t i8_per_chain = 4;
inline constexpr std::size_t bf16_per_chain = 2;

/// What 16 neighbouring chains multiply in every round, 64 bytes a side; chain i takes those of lane i % 16.
struct Operands {
  alignas(64) std::uint8_t a8[64];    ///< 0 to 127
  alignas(64) std::int8_t b8[64];     ///< -127 to 127: a pair of products fits 16 bits
  alignas(64) std::uint16_t a16[32];  ///< bf16 bits of whole numbers from -2 to 2: every sum is exact in f32
  alignas(64) std::uint16_t b16[32];
};

/// `rounds` times: each of `chains` accumulators at `sums` (64-byte aligned) gains its lane's dot product.
using I8 = void (*)(std::int32_t* sums, const Operands& operands, std::int64_t rounds);
using Bf16 = void (*)(float* sums, const Operands& operands, std::int64_t rounds);

/// One way to do it on this kind of CPU. `i8` or `bf16` is null where it has no instruction of its own.
struct Path {
  const char* isa;
  bool (*supported)();
  I8 i8;
  Bf16 bf16;
};

/// Those of this build, the best first; empty where it has none.
std::span<const Path> paths();

}  // namespace assay::roof_dot
