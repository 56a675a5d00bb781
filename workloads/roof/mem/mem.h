// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "harness/core/workload.h"
#include "workloads/roof/mem/problem.h"

namespace assay::roof_mem {

/// One thread's share of each kind. Pointers are 64-byte aligned, counts any.
struct Kernels {
  /// Sum of the 32-bit patterns, modulo 2^32: exact, and the same in any order.
  std::uint32_t (*load)(const float* from, std::size_t count);
  void (*copy)(float* to, const float* from, std::size_t count);
  /// to[i] = b[i] + scale * c[i]
  void (*triad)(float* to, const float* b, const float* c, std::size_t count);
  /// The same, with stores that bypass the caches where the machine has them; visible to other threads on
  /// return.
  void (*triad_nt)(float* to, const float* b, const float* c, std::size_t count);
  void (*fill)(float* to, std::size_t count);
};

/// An instance over `kernels`; the arrays are shared out in whole cache lines. `isa` is what Instance::isa()
/// says.
std::unique_ptr<Instance> make_instance(const Preparation& preparation, const Kernels& kernels,
                                        std::string isa);

Implementation reference();
Implementation simd();  ///< simd.cpp or simd_absent.cpp, as CMake selects

}  // namespace assay::roof_mem
