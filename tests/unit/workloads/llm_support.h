// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/backends/cpu/pool.h"
#include "harness/core/error.h"
#include "harness/core/workload.h"

namespace assay::llm::testing {

/// ||a - b|| / ||b||; infinity where the lengths differ or a value is not finite.
inline double rel_l2(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size()) return INFINITY;
  double error = 0;
  double norm = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!std::isfinite(a[i])) return INFINITY;
    error += std::pow(static_cast<double>(a[i]) - b[i], 2);
    norm += std::pow(static_cast<double>(b[i]), 2);
  }
  return std::sqrt(error / norm);
}

/// max |a - b| / rms(b); infinity where the lengths differ or a value is not finite.
inline double rel_rms(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size()) return INFINITY;
  double largest = 0;
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!std::isfinite(a[i])) return INFINITY;
    largest = std::max(largest, std::abs(static_cast<double>(a[i]) - b[i]));
    squares += std::pow(static_cast<double>(b[i]), 2);
  }
  return largest / std::sqrt(squares / static_cast<double>(b.size()));
}

/// A pool of n threads, all on CPU 0: what is tested is the result, and machines differ in their CPUs.
inline std::unique_ptr<cpu::Pool> pool_of(int n) {
  return std::make_unique<cpu::Pool>(std::vector<int>(static_cast<std::size_t>(n), 0));
}

inline std::unique_ptr<Instance> make(const Definition& definition, const Implementation& implementation,
                                      const Params& params, cpu::Pool& pool, std::uint64_t seed = 1) {
  Preparation preparation;
  preparation.params = resolve(definition, params);
  preparation.seed = seed;
  preparation.pool = &pool;
  return implementation.make(preparation);
}

inline double limit(const Definition& definition, const std::string& accuracy,
                    const std::string& rule = "rel_l2") {
  for (const auto& tolerance : definition.tolerances) {
    if (tolerance.accuracy == accuracy && tolerance.rule == rule) return tolerance.limit;
  }
  throw Error(ErrorCode::internal, "no tolerance for " + accuracy);
}

}  // namespace assay::llm::testing
