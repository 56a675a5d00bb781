// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime.h>

namespace assay::cuda {

/// Sum over the warp, in every lane.
template <typename T>
__device__ inline T warp_sum(T value) {
  for (int offset = 16; offset > 0; offset /= 2) value += __shfl_xor_sync(0xFFFFFFFFu, value, offset);
  return value;
}

/// Sum over the block (a multiple of 32 threads, at most 1024), in thread 0.
template <typename T>
__device__ inline T block_sum(T value) {
  __shared__ T warps[32];
  value = warp_sum(value);
  __syncthreads();
  if (threadIdx.x % 32 == 0) warps[threadIdx.x / 32] = value;
  __syncthreads();
  if (threadIdx.x >= 32) return T{};
  value = threadIdx.x < blockDim.x / 32 ? warps[threadIdx.x] : T{};
  return warp_sum(value);
}

/// Adds up what every block brings (`sum`, in thread 0) and writes it to *result in the block that ends last:
/// one launch, and nothing to be cleared before the next. `partials`: one a block; *ticket is 0 at first and
/// after each launch.
template <typename T>
__device__ inline void grid_sum(T sum, T* partials, unsigned* ticket, T* result) {
  __shared__ bool last;
  if (threadIdx.x == 0) {
    partials[blockIdx.x] = sum;
    __threadfence();
    last = atomicInc(ticket, gridDim.x - 1) == gridDim.x - 1;
  }
  __syncthreads();
  if (!last) return;
  __threadfence();
  T total{};
  for (unsigned i = threadIdx.x; i < gridDim.x; i += blockDim.x) {
    total += static_cast<volatile T*>(partials)[i];
  }
  total = block_sum(total);
  if (threadIdx.x == 0) *result = total;
}

}  // namespace assay::cuda
