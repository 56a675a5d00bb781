// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "harness/core/workload.h"

namespace assay::roof_fma {

/// Chains of one block: 12 accumulators of 16 f32 lanes, and a whole number of rounds of 12 registers for any
/// narrower vector and for f64.
inline constexpr std::size_t chains = 192;

/// `rounds` times x = a * x + b for each of `chains` values at `x` (64-byte aligned), in place.
struct Kernels {
  void (*f32)(float* x, float a, float b, std::int64_t rounds);
  void (*f64)(double* x, double a, double b, std::int64_t rounds);
};

/// An instance over `kernels`; blocks are shared out among the pool. `isa` is what Instance::isa() says.
std::unique_ptr<Instance> make_instance(const Preparation& preparation, const Kernels& kernels,
                                        std::string isa);

/// The decay: a = 1 - decay(rounds), b = decay(rounds); 2^-ceil(log2(rounds)), exact in f32.
double decay(std::int64_t rounds);

Implementation reference();
Implementation simd();  ///< simd.cpp or simd_absent.cpp, as CMake selects

}  // namespace assay::roof_fma
