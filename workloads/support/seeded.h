// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "harness/agent/seed.h"
#include "harness/backends/cpu/pool.h"

namespace assay {

/// A named stream of seeded values (harness/agent/seed.h): element i depends on (seed, name, i) alone, so
/// that any thread makes any part and every language makes the same data.
class Stream {
 public:
  Stream(std::uint64_t seed, std::string_view name) : key_(seed ^ assay_fnv1a64(name.data(), name.size())) {}

  std::uint64_t u64(std::uint64_t i) const { return assay_seed_u64(key_, i); }
  std::uint32_t u32(std::uint64_t i) const { return assay_seed_u32(key_, i); }
  /// Uniform in [0, n).
  std::uint32_t below(std::uint64_t i, std::uint32_t n) const { return assay_seed_below(key_, i, n); }
  /// Uniform in [0, 1), a multiple of 2^-24.
  float unit(std::uint64_t i) const { return assay_seed_unit(key_, i); }
  /// Mean 0, variance 1, bounded; exact on every target.
  float normal(std::uint64_t i) const { return assay_seed_normal(key_, i); }

 private:
  std::uint64_t key_;
};

/// values[i] = value(i) for every i in [0, count), shared among the pool's members (null: the caller does
/// all). `value` must not throw.
template <typename T, typename F>
void fill(T* values, std::size_t count, cpu::Pool* pool, const F& value) {
  const auto part = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) values[i] = value(i);
  };
  if (pool == nullptr) {
    part(0, count);
    return;
  }
  pool->run([&](int index) {
    const auto [begin, end] = pool->share(count, index, 1024);
    part(begin, end);
  });
}

}  // namespace assay
