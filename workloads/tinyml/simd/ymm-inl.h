// SPDX-License-Identifier: Apache-2.0
// What the 256-bit paths share. Included by one file for each instruction set, which is compiled for it.
#pragma once

#include <immintrin.h>

#include "workloads/tinyml/simd/task.h"

namespace assay::tinyml {
namespace {

struct Channel {
  __m256i multiplier, multiplier_odd, left, right, mask, half;
};

__m256i load(const void* at) { return _mm256_loadu_si256(static_cast<const __m256i*>(at)); }

Channel channel_at(const ConvTask& t, int c) {
  Channel v;
  v.multiplier = load(t.multiplier + c);
  v.multiplier_odd = _mm256_srli_epi64(v.multiplier, 32);
  v.left = load(t.left + c);
  v.right = load(t.right + c);
  v.mask = _mm256_sub_epi32(_mm256_sllv_epi32(_mm256_set1_epi32(1), v.right), _mm256_set1_epi32(1));
  v.half = _mm256_srli_epi32(v.mask, 1);
  return v;
}

/// assay_q_multiply for 8 lanes.
inline __m256i multiply(__m256i x, const Channel& v) {
  x = _mm256_sllv_epi32(x, v.left);
  const __m256i nudge = _mm256_set1_epi64x(1LL << 30);
  const __m256i even = _mm256_add_epi64(_mm256_mul_epi32(x, v.multiplier), nudge);
  const __m256i odd = _mm256_add_epi64(_mm256_mul_epi32(_mm256_srli_epi64(x, 32), v.multiplier_odd), nudge);
  x = _mm256_blend_epi32(_mm256_srli_epi64(even, 31), _mm256_slli_epi64(odd, 1), 0xAA);
  const __m256i threshold = _mm256_add_epi32(v.half, _mm256_srli_epi32(x, 31));
  const __m256i up = _mm256_cmpgt_epi32(_mm256_and_si256(x, v.mask), threshold);
  return _mm256_sub_epi32(_mm256_srav_epi32(x, v.right), up);
}

/// Requantises and stores the sums of 16 channels of the pixels.
template <int Count>
void finish(const ConvTask& t, const Pixels<Count>& p, int c, const __m256i (&sum)[Count][2]) {
  const __m256i low = _mm256_set1_epi32(t.low);
  const __m256i high = _mm256_set1_epi32(t.high);
  const __m256i zero = _mm256_set1_epi32(t.zero);
  const __m128i flip = _mm_set1_epi8(static_cast<char>(t.flip));
  const int valid = t.channels - c < block_channels ? t.channels - c : block_channels;
  const Channel v[2] = {channel_at(t, c), channel_at(t, c + 8)};
  for (int m = 0; m < p.valid; ++m) {
    __m256i y[2];
    for (int h = 0; h < 2; ++h) {
      y[h] = _mm256_min_epi32(_mm256_max_epi32(multiply(sum[m][h], v[h]), low), high);
      y[h] = _mm256_add_epi32(y[h], zero);
    }
    // The packs work within 128-bit halves; the permutation puts channels 0..15 in order.
    const __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(y[0], y[1]), 0xD8);
    const __m128i packed = _mm_packs_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
    const __m128i bytes = _mm_xor_si128(packed, flip);
    if (valid == block_channels) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(p.out[m] + c), bytes);
    } else {
      unsigned char last[16];
      _mm_storeu_si128(reinterpret_cast<__m128i*>(last), bytes);
      for (int i = 0; i < valid; ++i) p.out[m][c + i] = last[i];
    }
  }
}

/// Sums of 16 channels of `Count` pixels. Step::add adds one step's products: Step::taps bytes at `at` times
/// 64 bytes of weights in w0 and w1.
template <typename Step, int Count>
void tile(const ConvTask& t, const Pixels<Count>& p, int block) {
  const int c = block * block_channels;
  const char* weights = static_cast<const char*>(t.weights) + block * t.block_step;
  __m256i sum[Count][2];
  for (int m = 0; m < Count; ++m) {
    sum[m][0] = load(t.bias + c);
    sum[m][1] = load(t.bias + c + 8);
  }
  for (int r = 0; r < t.rows; ++r) {
    const std::ptrdiff_t row = r * t.row_step;
    for (int s = 0; s < t.steps; ++s) {
      const __m256i w0 = load(weights);
      const __m256i w1 = load(weights + 32);
      weights += 64;
      for (int m = 0; m < Count; ++m) {
        Step::add(p.window[m] + row + s * Step::taps, w0, w1, sum[m]);
      }
    }
  }
  finish<Count>(t, p, c, sum);
}

template <typename Step, int Count>
void conv(const ConvTask& t) {
  for (int block = 0; block < t.blocks; ++block) {
    for (std::ptrdiff_t at = t.begin; at < t.end; at += Count) {
      tile<Step, Count>(t, pixels_at<Count>(t, at), block);
    }
  }
}

}  // namespace
}  // namespace assay::tinyml
