// SPDX-License-Identifier: Apache-2.0
// Compiled with -mavx512f -mavx512bw -mavx512vl -mavx512vnni where the target is x86; elsewhere it reports
// itself unsupported. vpdpbusd adds four products u8 * i8 to an i32 without saturation, so every sum is
// exact.
#include "workloads/tinyml/simd/task.h"

#if defined(__AVX512VNNI__) && defined(__AVX512BW__) && defined(__AVX512VL__)
#include <immintrin.h>

namespace assay::tinyml {

namespace {

struct Channel {
  __m512i multiplier, multiplier_odd, left, right, mask, half;
};

Channel channel_at(const ConvTask& t, int c) {
  Channel v;
  v.multiplier = _mm512_loadu_si512(t.multiplier + c);
  v.multiplier_odd = _mm512_srli_epi64(v.multiplier, 32);
  v.left = _mm512_loadu_si512(t.left + c);
  v.right = _mm512_loadu_si512(t.right + c);
  v.mask = _mm512_sub_epi32(_mm512_sllv_epi32(_mm512_set1_epi32(1), v.right), _mm512_set1_epi32(1));
  v.half = _mm512_srli_epi32(v.mask, 1);
  return v;
}

/// assay_q_multiply for 16 lanes: left shift, doubling high product rounded up at a tie, rounding right
/// shift.
inline __m512i multiply(__m512i x, const Channel& v) {
  x = _mm512_sllv_epi32(x, v.left);
  const __m512i nudge = _mm512_set1_epi64(1LL << 30);
  const __m512i even = _mm512_add_epi64(_mm512_mul_epi32(x, v.multiplier), nudge);
  const __m512i odd = _mm512_add_epi64(_mm512_mul_epi32(_mm512_srli_epi64(x, 32), v.multiplier_odd), nudge);
  x = _mm512_mask_blend_epi32(0xAAAA, _mm512_srli_epi64(even, 31), _mm512_slli_epi64(odd, 1));
  const __m512i threshold = _mm512_add_epi32(v.half, _mm512_srli_epi32(x, 31));
  const __mmask16 up = _mm512_cmpgt_epi32_mask(_mm512_and_si512(x, v.mask), threshold);
  x = _mm512_srav_epi32(x, v.right);
  return _mm512_mask_add_epi32(x, up, x, _mm512_set1_epi32(1));
}

template <int Blocks, int Count>
void tile(const ConvTask& t, const Pixels<Count>& p, int block) {
  const char* weights = static_cast<const char*>(t.weights) + block * t.block_step;
  __m512i sum[Count][Blocks];
  for (int n = 0; n < Blocks; ++n) {
    const __m512i bias = _mm512_loadu_si512(t.bias + (block + n) * block_channels);
    for (int m = 0; m < Count; ++m) sum[m][n] = bias;
  }
  for (int r = 0; r < t.rows; ++r) {
    const std::ptrdiff_t row = r * t.row_step;
    for (int s = 0; s < t.steps; ++s) {
      __m512i w[Blocks];
      for (int n = 0; n < Blocks; ++n) w[n] = _mm512_loadu_si512(weights + n * t.block_step);
      weights += 64;
      for (int m = 0; m < Count; ++m) {
        int four;
        __builtin_memcpy(&four, p.window[m] + row + s * 4, 4);
        const __m512i x = _mm512_set1_epi32(four);
        for (int n = 0; n < Blocks; ++n) sum[m][n] = _mm512_dpbusd_epi32(sum[m][n], x, w[n]);
      }
    }
  }
  const __m512i low = _mm512_set1_epi32(t.low);
  const __m512i high = _mm512_set1_epi32(t.high);
  const __m512i zero = _mm512_set1_epi32(t.zero);
  const __m128i flip = _mm_set1_epi8(static_cast<char>(t.flip));
  for (int n = 0; n < Blocks; ++n) {
    const int c = (block + n) * block_channels;
    const int valid = t.channels - c < block_channels ? t.channels - c : block_channels;
    const __mmask16 mask = static_cast<__mmask16>((1u << valid) - 1u);
    const Channel v = channel_at(t, c);
    for (int m = 0; m < Count; ++m) {
      const __m512i y = _mm512_min_epi32(_mm512_max_epi32(multiply(sum[m][n], v), low), high);
      const __m128i bytes = _mm_xor_si128(_mm512_cvtepi32_epi8(_mm512_add_epi32(y, zero)), flip);
      if (m < p.valid) _mm_mask_storeu_epi8(p.out[m] + c, mask, bytes);
    }
  }
}

/// 64 channels of one pixel. Interleaving the bytes of four taps twice puts the four taps of a channel into
/// one i32 lane; the packs at the end undo the order that this leaves.
inline __m512i depthwise_pixel(const ConvTask& t, const std::uint8_t* window, const char* weights,
                               const std::int32_t* bias, const Channel (&v)[4], __m512i low, __m512i high,
                               __m512i zero) {
  __m512i sum[4];
  for (int k = 0; k < 4; ++k) sum[k] = _mm512_loadu_si512(bias + k * block_channels);
  for (int g = 0; g < t.groups; ++g) {
    const std::ptrdiff_t* offsets = t.offsets + g * 4;
    const __m512i a = _mm512_loadu_si512(window + offsets[0]);
    const __m512i b = _mm512_loadu_si512(window + offsets[1]);
    const __m512i c = _mm512_loadu_si512(window + offsets[2]);
    const __m512i d = _mm512_loadu_si512(window + offsets[3]);
    const __m512i ab_low = _mm512_unpacklo_epi8(a, b);
    const __m512i ab_high = _mm512_unpackhi_epi8(a, b);
    const __m512i cd_low = _mm512_unpacklo_epi8(c, d);
    const __m512i cd_high = _mm512_unpackhi_epi8(c, d);
    const __m512i x[4] = {_mm512_unpacklo_epi16(ab_low, cd_low), _mm512_unpackhi_epi16(ab_low, cd_low),
                          _mm512_unpacklo_epi16(ab_high, cd_high), _mm512_unpackhi_epi16(ab_high, cd_high)};
    for (int k = 0; k < 4; ++k) {
      sum[k] = _mm512_dpbusd_epi32(sum[k], x[k], _mm512_loadu_si512(weights + g * 256 + k * 64));
    }
  }
  for (int k = 0; k < 4; ++k) {
    sum[k] = _mm512_min_epi32(_mm512_max_epi32(multiply(sum[k], v[k]), low), high);
    sum[k] = _mm512_add_epi32(sum[k], zero);
  }
  return _mm512_packs_epi16(_mm512_packs_epi32(sum[0], sum[1]), _mm512_packs_epi32(sum[2], sum[3]));
}

template <int Blocks, int Count>
void group(const ConvTask& t, int block) {
  for (std::ptrdiff_t at = t.begin; at < t.end; at += Count) tile<Blocks>(t, pixels_at<Count>(t, at), block);
}

}  // namespace

bool supported_avx512vnni() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
}

void conv_avx512vnni(const ConvTask& t) {
  int block = 0;
  for (; block + 4 <= t.blocks; block += 4) group<4, 6>(t, block);
  switch (t.blocks - block) {
    case 3:
      group<3, 8>(t, block);
      break;
    case 2:
      group<2, 10>(t, block);
      break;
    case 1:
      group<1, 10>(t, block);
      break;
    default:
      break;
  }
}

void depthwise_avx512vnni(const ConvTask& t) {
  const __m512i low = _mm512_set1_epi32(t.low);
  const __m512i high = _mm512_set1_epi32(t.high);
  const __m512i zero = _mm512_set1_epi32(t.zero);
  const __m512i flip = _mm512_set1_epi8(static_cast<char>(t.flip));
  const char* weights = static_cast<const char*>(t.weights);
  for (int c = 0; c < t.channels; c += group_channels) {
    const int valid = t.channels - c;
    const __mmask64 mask = valid >= group_channels ? ~__mmask64{0} : (__mmask64{1} << valid) - 1;
    const Channel v[4] = {channel_at(t, c), channel_at(t, c + 16), channel_at(t, c + 32),
                          channel_at(t, c + 48)};
    for (std::ptrdiff_t at = t.begin; at < t.end; ++at) {
      const Pixels<1> p = pixels_at<1>(t, at);
      const __m512i bytes = depthwise_pixel(t, p.window[0] + c, weights, t.bias + c, v, low, high, zero);
      _mm512_mask_storeu_epi8(p.out[0] + c, mask, _mm512_xor_si512(bytes, flip));
    }
    weights += t.block_step;
  }
}

}  // namespace assay::tinyml

#else

namespace assay::tinyml {
bool supported_avx512vnni() { return false; }
void conv_avx512vnni(const ConvTask&) {}
void depthwise_avx512vnni(const ConvTask&) {}
}  // namespace assay::tinyml

#endif
