// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/attn_decode/attend.h"

#include <cuda_fp16.h>

#include <cmath>

namespace assay::llm {

namespace {

constexpr unsigned threads = 128;  ///< and keys of a piece
constexpr unsigned lanes = 16;     ///< threads side by side on a key, so that a warp reads whole lines
constexpr unsigned rows = threads / lanes;  ///< keys at once; a thread's share of a piece are `lanes` of them

__device__ unsigned keys_of(const AttentionShape& s) {
  return s.last == nullptr ? s.context : static_cast<unsigned>(*s.last) + 1;
}
__device__ float2 real(float2 pair) { return pair; }
__device__ float2 real(__half2 pair) { return __half22float2(pair); }

/// A block one head over as many keys as it has threads. `parts`: for each head and piece `pairs` sums of
/// values, then the largest score and the sum of weights.
template <typename T>
__global__ void __launch_bounds__(threads)
    attend_pieces(const float2* __restrict__ q, const T* __restrict__ k, const T* __restrict__ v,
                  float2* parts, AttentionShape s, unsigned pieces, float scale) {
  __shared__ float partial[threads][lanes + 1];  // + 1: a column lies in as many banks as a row
  __shared__ float weights[threads];
  __shared__ float folded[threads];
  const unsigned head = blockIdx.x / pieces;
  const unsigned piece = blockIdx.x % pieces;
  const unsigned context = keys_of(s);
  if (piece * threads >= context) return;
  const unsigned at = threadIdx.x;
  const std::size_t first = (static_cast<std::size_t>(head / s.sharing) * s.room + piece * threads) * s.pairs;
  const unsigned keys = min(threads, context - piece * threads);

  const unsigned lane = at % lanes;
  const unsigned row = at / lanes;
  float sums[lanes] = {};
  for (unsigned d = lane; d < s.pairs; d += lanes) {
    const float2 a = q[head * s.pairs + d];
#pragma unroll
    for (unsigned i = 0; i < lanes; ++i) {
      const unsigned key = i * rows + row;
      if (key >= keys) continue;
      const float2 b = real(k[first + static_cast<std::size_t>(key) * s.pairs + d]);
      sums[i] += a.x * b.x + a.y * b.y;
    }
  }
#pragma unroll
  for (unsigned i = 0; i < lanes; ++i) partial[i * rows + row][lane] = sums[i];
  __syncthreads();
  float score = -INFINITY;
  if (at < keys) {
    float sum = 0;
    for (unsigned l = 0; l < lanes; ++l) sum += partial[at][l];
    score = sum * scale;
  }
  folded[at] = score;
  __syncthreads();
  for (unsigned half = threads / 2; half > 0; half /= 2) {
    if (at < half) folded[at] = fmaxf(folded[at], folded[at + half]);
    __syncthreads();
  }
  const float largest = folded[0];
  weights[at] = at < keys ? expf(score - largest) : 0;
  __syncthreads();

  const std::size_t to = static_cast<std::size_t>(blockIdx.x) * (s.pairs + 1);
  for (unsigned d = at; d < s.pairs; d += threads) {
    float2 sum{};
    for (unsigned t = 0; t < keys; ++t) {
      const float2 value = real(v[first + static_cast<std::size_t>(t) * s.pairs + d]);
      sum.x += weights[t] * value.x;
      sum.y += weights[t] * value.y;
    }
    parts[to + d] = sum;
  }
  if (at == threads - 1) {  // which has the least to do
    float all = 0;
    for (unsigned t = 0; t < keys; ++t) all += weights[t];
    parts[to + s.pairs] = {largest, all};
  }
}

/// A thread two values of a head.
__global__ void __launch_bounds__(threads)
    merge(const float2* parts, float2* out, AttentionShape s, unsigned pieces) {
  const unsigned i = blockIdx.x * threads + threadIdx.x;
  const unsigned pairs = s.pairs;
  if (i >= s.heads * pairs) return;
  const float2* first = parts + static_cast<std::size_t>(i / pairs) * pieces * (pairs + 1);
  const unsigned used = (keys_of(s) + threads - 1) / threads;
  float largest = -INFINITY;
  for (unsigned p = 0; p < used; ++p) largest = fmaxf(largest, first[p * (pairs + 1) + pairs].x);
  float2 sum{};
  float all = 0;
  for (unsigned p = 0; p < used; ++p) {
    const float2 facts = first[p * (pairs + 1) + pairs];
    const float2 part = first[p * (pairs + 1) + i % pairs];
    const float weight = expf(facts.x - largest);
    sum.x += weight * part.x;
    sum.y += weight * part.y;
    all += weight * facts.y;
  }
  out[i] = {sum.x / all, sum.y / all};
}

}  // namespace

template <typename Pair>
void attend(cudaStream_t stream, const float2* q, const Pair* k, const Pair* v, float2* parts, float2* out,
            const AttentionShape& shape) {
  const unsigned pieces = shape.pieces();
  const unsigned count = shape.heads * shape.pairs;
  const float scale = 1 / std::sqrt(static_cast<float>(2 * shape.pairs));
  attend_pieces<<<shape.heads * pieces, threads, 0, stream>>>(q, k, v, parts, shape, pieces, scale);
  merge<<<(count + threads - 1) / threads, threads, 0, stream>>>(parts, out, shape, pieces);
  cuda::check(cudaGetLastError(), "launch llm.attn_decode");
}

template void attend(cudaStream_t, const float2*, const float2*, const float2*, float2*, float2*,
                     const AttentionShape&);
template void attend(cudaStream_t, const float2*, const __half2*, const __half2*, float2*, float2*,
                     const AttentionShape&);

}  // namespace assay::llm
