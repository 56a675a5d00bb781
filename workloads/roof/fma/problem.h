// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "harness/core/error.h"
#include "harness/core/workload.h"
#include "workloads/support/aligned.h"
#include "workloads/support/inputs.h"
#include "workloads/support/seeded.h"

namespace assay::roof_fma {

/// Chains of one block: 12 accumulators of 16 f32 lanes, and a whole number of rounds of 12 registers for any
/// narrower vector and for f64.
inline constexpr std::size_t chains = 192;

/// The decay: a = 1 - decay(rounds), b = decay(rounds); 2^-ceil(log2(rounds)), exact in f32.
inline double decay(std::int64_t rounds) {
  return std::exp2(-std::ceil(std::log2(static_cast<double>(rounds))));
}

/// The seeded starts of roof.fma.
template <typename T>
struct FmaProblem {
  std::int64_t rounds;
  std::size_t blocks;
  Aligned<T> start;
  InputDigest digest;

  /// \throws Error{usage} when a parameter is out of range.
  explicit FmaProblem(const Preparation& preparation)
      : rounds(bounded(preparation, "rounds", 4096)),
        blocks(static_cast<std::size_t>(bounded(preparation, "blocks", std::int64_t{1} << 24))),
        start(blocks * chains, preparation.pool) {
    const Stream stream(preparation.seed, "x0");
    fill(start.data(), start.size(), preparation.pool,
         [&](std::size_t i) { return static_cast<T>(2 + static_cast<double>(stream.unit(i))); });
    digest.template add<T>("x0", start.view());
  }

  Work work() const {
    const auto values = static_cast<double>(start.size());
    const double operations = 2 * values * static_cast<double>(rounds);
    return {.operations = operations, .minimum_bytes = 2 * values * sizeof(T), .units = operations};
  }

  std::vector<Tensor> output(std::span<const T> end) const {
    return {
        Tensor::from<T>("x", {static_cast<std::int64_t>(blocks), static_cast<std::int64_t>(chains)}, end)};
  }

 private:
  static std::int64_t bounded(const Preparation& preparation, const char* name, std::int64_t largest) {
    const std::int64_t value = get_integer(preparation.params, name);
    if (value >= 1 && value <= largest) return value;
    throw Error(ErrorCode::usage, std::string("roof.fma: ") + name + "=" + std::to_string(value),
                "from 1 to " + std::to_string(largest));
  }
};

}  // namespace assay::roof_fma
