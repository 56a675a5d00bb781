// SPDX-License-Identifier: Apache-2.0
// Included before all else by each .cu file that is compiled for the host (translate.sed): CUDA's words, and
// the functions of the device that Assay's kernels call (CUDA C++ Programming Guide, 10; CUDA Math API). What
// is not here does not compile.
#pragma once

#include <cuda_fp16.h>
#include <cuda_runtime.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include "tests/cuda/block.h"
#include "tests/cuda/runtime.h"

#undef __global__
#undef __device__
#undef __host__
#undef __launch_bounds__
#define __global__
#define __device__
#define __host__
#define __launch_bounds__(...)

#define threadIdx (::stand_in::place().thread_index)
#define blockIdx (::stand_in::place().block_index)
#define blockDim (::stand_in::place().block_size)
#define gridDim (::stand_in::place().grid_size)

using std::fma;
using std::max;
using std::min;
inline unsigned min(unsigned a, int b) { return std::min(a, static_cast<unsigned>(b)); }

/// nvcc's, for a pointer to a kernel.
template <typename... Parameters>
cudaError_t cudaFuncSetAttribute(void (*)(Parameters...), cudaFuncAttribute attribute, int value) {
  return cudaFuncSetAttribute(static_cast<const void*>(nullptr), attribute, value);
}

inline void __syncthreads() { stand_in::block_barrier(); }
inline void __syncwarp() { stand_in::warp_barrier(); }
inline void __threadfence() {}

template <typename T>
T __shfl_xor_sync(unsigned mask, T value, int offset) {
  static_assert(sizeof(T) <= sizeof(std::uint64_t));
  if (mask != 0xFFFFFFFFu) throw std::logic_error("a shuffle of a part of a warp: the stand-in has none");
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  bits = stand_in::exchange(bits, offset);
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// One thread runs at a time.
template <typename T>
T atomicAdd(T* at, T value) {
  const T before = *at;
  *at = before + value;
  return before;
}
inline unsigned atomicInc(unsigned* at, unsigned last) {
  const unsigned before = *at;
  *at = before >= last ? 0 : before + 1;
  return before;
}

template <typename T>
T __ldg(const T* at) {
  return *at;
}
template <typename T>
T __ldcs(const T* at) {
  return *at;
}
/// Only the low bits are asked for.
inline std::size_t __cvta_generic_to_shared(const void* at) { return reinterpret_cast<std::size_t>(at); }

inline float __fdiv_rn(float a, float b) { return a / b; }
inline float __fmul_rn(float a, float b) { return a * b; }
inline int __float2int_rn(float value) { return static_cast<int>(std::nearbyint(value)); }
inline unsigned __float_as_uint(float value) { return std::bit_cast<unsigned>(value); }
inline int __clz(int value) { return std::countl_zero(static_cast<unsigned>(value)); }
inline unsigned __funnelshift_r(unsigned low, unsigned high, unsigned shift) {
  return static_cast<unsigned>(((std::uint64_t{high} << 32) | low) >> (shift & 31));
}
inline int __dp4a(int a, int b, int sum) {
  for (int shift = 0; shift < 32; shift += 8)
    sum += static_cast<std::int8_t>(a >> shift) * static_cast<std::int8_t>(b >> shift);
  return sum;
}
inline unsigned __vsub4(unsigned a, unsigned b) {
  unsigned all = 0;
  for (int shift = 0; shift < 32; shift += 8) all |= (((a >> shift) - (b >> shift)) & 0xFFu) << shift;
  return all;
}
/// Rounded once: a product of two binary16 values is exact in binary64, and so is its sum with a third but
/// for what no binary16 result depends on.
inline __half2 __hfma2(__half2 a, __half2 b, __half2 c) {
  const auto one = [](__half x, __half y, __half z) {
    return __double2half(double{__half2float(x)} * double{__half2float(y)} + double{__half2float(z)});
  };
  return {one(a.x, b.x, c.x), one(a.y, b.y, c.y)};
}
