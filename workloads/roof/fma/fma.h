// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/core/workload.h"
#include "workloads/roof/fma/problem.h"

namespace assay::roof_fma {

/// `rounds` times x = a * x + b for each of `chains` values at `x` (64-byte aligned), in place.
struct Kernels {
  void (*f32)(float* x, float a, float b, std::int64_t rounds);
  void (*f64)(double* x, double a, double b, std::int64_t rounds);
};

/// An instance over `kernels`; blocks are shared out among the pool. `isa` is what Instance::isa() says.
std::unique_ptr<Instance> make_instance(const Preparation& preparation, const Kernels& kernels,
                                        std::string isa);

Implementation reference();
/// What simd can be told to take by isa=, the best first: the vectors that this CPU has.
std::vector<std::string> paths();
Implementation simd();  ///< simd.cpp or simd_absent.cpp, as CMake selects

}  // namespace assay::roof_fma
