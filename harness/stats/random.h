// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace assay::stats {

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014): one 64-bit
/// state, the same everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t x = state_ += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
  }

  /// Uniform in [0, bound), bound below 2^32: the high bits of a product (the bias of bound / 2^64 is nothing
  /// here).
  std::size_t below(std::size_t bound) {
    const std::uint64_t x = next();
    return static_cast<std::size_t>(((x >> 32) * bound + ((x & 0xFFFFFFFFu) * bound >> 32)) >> 32);
  }

  /// Uniform in (0, 1).
  double uniform() { return (static_cast<double>(next() >> 11) + 0.5) * 0x1p-53; }

  /// Standard normal (Box and Muller 1958).
  double normal();

 private:
  std::uint64_t state_;
};

}  // namespace assay::stats
