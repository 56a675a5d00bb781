// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime.h>

/// What CUDA C++ has no function for, as PTX (PTX ISA, 9.7.9.25 and 10). The only inline assembly here, so
/// that who runs kernels elsewhere (tests/cuda) has one file to replace.
namespace assay::cuda {

/// The device's clock, in ns.
__device__ inline long long global_timer() {
  long long now = 0;
  asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(now));
  return now;
}

/// Begins to copy 16 bytes (both places at a multiple of 16), past the L1 cache: the thread may go on.
__device__ inline void copy_async(void* shared, const void* global) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(
                   static_cast<unsigned>(__cvta_generic_to_shared(shared))),
               "l"(global));
}

/// What the thread began to copy since the last call is a group.
__device__ inline void commit_async() { asm volatile("cp.async.commit_group;"); }

/// Waits until all of the thread's groups but the last `pending` are there, for this thread to see.
template <int pending>
__device__ void wait_async() {
  asm volatile("cp.async.wait_group %0;" ::"n"(pending));
}

}  // namespace assay::cuda
