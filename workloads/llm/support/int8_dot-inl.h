// SPDX-License-Identifier: Apache-2.0
// Included once for each Highway target (no #pragma once), inside kernels.cpp: dot products of quantised
// weights with quantised activations. Highway 1.0.3 has no int8 dot product, so x86 has its own intrinsics
// here: VNNI on AVX3_DL, maddubs on AVX2 and AVX3; every other target multiplies in 16 bits.
HWY_BEFORE_NAMESPACE();
namespace assay::llm {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_AVX3_DL

// Highway's target string for AVX3_DL leaves out what its run-time test does check.
#define ASSAY_VNNI __attribute__((target("avx512vnni")))

// Weights are made unsigned by an offset (q8_0: q ^ 0x80 = q + 128; q4_0: nibbles are q + 8), which costs
// offset * sum(activations); that is the accumulators' start, one i32 lane for each 4 products. q8_0: two
// blocks a vector, 8 lanes each. q4_0: four blocks, 4 lanes each; activations are stored as the first halves
// of four blocks, then their second halves, as the nibbles come out.

inline void StoreBlock(const std::int8_t* q32, float scale, std::size_t b, Format format, Activations& out) {
  if (format == Format::q8_0) {
    std::memcpy(out.q.data() + b * 32, q32, 32);
    std::fill_n(out.scale.data() + b * 8, 8, scale);
    return;
  }
  std::int8_t* chunk = out.q.data() + b / 4 * 128 + b % 4 * 16;
  std::memcpy(chunk, q32, 16);
  std::memcpy(chunk + 64, q32 + 16, 16);
  std::fill_n(out.scale.data() + b * 4, 4, scale);
}

ASSAY_VNNI inline void FinishActivations(std::size_t padded_blocks, Format format, Activations& out) {
  const __m512i ones = _mm512_set1_epi8(1);
  if (format == Format::q8_0) {
    for (std::size_t b = 0; b < padded_blocks; b += 2) {
      const __m512i sum =
          _mm512_dpbusd_epi32(_mm512_setzero_si512(), ones, _mm512_load_si512(out.q.data() + b * 32));
      _mm512_store_si512(out.correction.data() + b * 8,
                         _mm512_sub_epi32(_mm512_setzero_si512(), _mm512_slli_epi32(sum, 7)));
    }
    return;
  }
  for (std::size_t b = 0; b < padded_blocks; b += 4) {
    const std::int8_t* q = out.q.data() + b * 32;
    __m512i sum = _mm512_dpbusd_epi32(_mm512_setzero_si512(), ones, _mm512_load_si512(q));
    sum = _mm512_dpbusd_epi32(sum, ones, _mm512_load_si512(q + 64));
    _mm512_store_si512(out.correction.data() + b * 4,
                       _mm512_sub_epi32(_mm512_setzero_si512(), _mm512_slli_epi32(sum, 3)));
  }
}

// Two blocks from `w`: their scales are the 16-bit words 0 and 17 of the first 64 bytes.
ASSAY_VNNI inline __m512 DotQ8Pair(const std::byte* w, const Activations& x, std::size_t b, __m512i pick,
                                   __m512i flip, __m512 sum) {
  const __m512i head = _mm512_loadu_si512(w);
  const __m256i first = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(w + 2));
  const __m256i second = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(w + 36));
  const __m512i q = _mm512_xor_si512(_mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1), flip);
  const __m512i dot = _mm512_dpbusd_epi32(_mm512_load_si512(x.correction.data() + b * 8), q,
                                          _mm512_load_si512(x.q.data() + b * 32));
  const __m512 scale =
      _mm512_mul_ps(_mm512_cvtph_ps(_mm512_castsi512_si256(_mm512_permutexvar_epi16(pick, head))),
                    _mm512_load_ps(x.scale.data() + b * 8));
  return _mm512_fmadd_ps(_mm512_cvtepi32_ps(dot), scale, sum);
}

ASSAY_VNNI inline float DotQ8Row(const std::byte* w, const Activations& x, std::size_t blocks,
                                 std::size_t ahead) {
  alignas(64) std::uint16_t words[32] = {};
  for (std::size_t i = 0; i < 16; ++i) words[i] = i < 8 ? 0 : 17;
  const __m512i pick = _mm512_load_si512(words);
  const __m512i flip = _mm512_set1_epi8(static_cast<char>(0x80));
  __m512 sum0 = _mm512_setzero_ps();
  __m512 sum1 = _mm512_setzero_ps();
  for (std::size_t b = 0; b < blocks; b += 4, w += 4 * sizeof(BlockQ8)) {
    hwy::Prefetch(w + ahead);
    hwy::Prefetch(w + ahead + 68);
    sum0 = DotQ8Pair(w, x, b, pick, flip, sum0);
    sum1 = DotQ8Pair(w + 2 * sizeof(BlockQ8), x, b + 2, pick, flip, sum1);
  }
  return _mm512_reduce_add_ps(_mm512_add_ps(sum0, sum1));
}

// Four blocks from `w`: their scales are the words 0, 9, 18 and 27 of the first 64 bytes.
ASSAY_VNNI inline __m512 DotQ4Quad(const std::byte* w, const Activations& x, std::size_t b,
                                   __m512i pick_scales, __m512i pick_q, __m512i low, __m512 sum) {
  const __m512i head = _mm512_loadu_si512(w);
  const __m512i q = _mm512_inserti32x4(_mm512_permutexvar_epi8(pick_q, head),
                                       _mm_loadu_si128(reinterpret_cast<const __m128i*>(w + 56)), 3);
  const std::int8_t* activations = x.q.data() + b * 32;
  __m512i dot = _mm512_dpbusd_epi32(_mm512_load_si512(x.correction.data() + b * 4), _mm512_and_si512(q, low),
                                    _mm512_load_si512(activations));
  dot = _mm512_dpbusd_epi32(dot, _mm512_and_si512(_mm512_srli_epi16(q, 4), low),
                            _mm512_load_si512(activations + 64));
  const __m512 scale =
      _mm512_mul_ps(_mm512_cvtph_ps(_mm512_castsi512_si256(_mm512_permutexvar_epi16(pick_scales, head))),
                    _mm512_load_ps(x.scale.data() + b * 4));
  return _mm512_fmadd_ps(_mm512_cvtepi32_ps(dot), scale, sum);
}

__attribute__((target("avx512vnni,avx512vbmi"))) inline float DotQ4Row(const std::byte* w,
                                                                       const Activations& x,
                                                                       std::size_t blocks,
                                                                       std::size_t ahead) {
  alignas(64) std::uint16_t words[32] = {};
  for (std::size_t i = 0; i < 16; ++i) words[i] = static_cast<std::uint16_t>(i / 4 * 9);
  alignas(64) std::uint8_t bytes[64] = {};
  for (std::size_t i = 0; i < 48; ++i) bytes[i] = static_cast<std::uint8_t>(i / 16 * 18 + 2 + i % 16);
  const __m512i pick_scales = _mm512_load_si512(words);
  const __m512i pick_q = _mm512_load_si512(bytes);
  const __m512i low = _mm512_set1_epi8(15);
  __m512 sum0 = _mm512_setzero_ps();
  __m512 sum1 = _mm512_setzero_ps();
  std::size_t b = 0;
  for (; b + 8 <= blocks; b += 8, w += 8 * sizeof(BlockQ4)) {
    hwy::Prefetch(w + ahead);
    hwy::Prefetch(w + ahead + 72);
    sum0 = DotQ4Quad(w, x, b, pick_scales, pick_q, low, sum0);
    sum1 = DotQ4Quad(w + 4 * sizeof(BlockQ4), x, b + 4, pick_scales, pick_q, low, sum1);
  }
  for (; b < blocks; b += 4, w += 4 * sizeof(BlockQ4)) {
    sum0 = DotQ4Quad(w, x, b, pick_scales, pick_q, low, sum0);
  }
  return _mm512_reduce_add_ps(_mm512_add_ps(sum0, sum1));
}

#else  // not AVX3_DL: activations lie as they come, one scale a block

inline void StoreBlock(const std::int8_t* q32, float scale, std::size_t b, Format, Activations& out) {
  std::memcpy(out.q.data() + b * 32, q32, 32);
  out.scale[b] = scale;
}
inline void FinishActivations(std::size_t, Format, Activations&) {}

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3

// Signed times signed as |w| times (a with w's sign); pairs stay within 16 bits: 2 * 128 * 127 = 32512.
inline __m256 DotBlock(__m256i w, __m256i a, float scale, __m256 sum) {
  const __m256i pairs = _mm256_maddubs_epi16(_mm256_sign_epi8(w, w), _mm256_sign_epi8(a, w));
  const __m256i dot = _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
  return _mm256_fmadd_ps(_mm256_cvtepi32_ps(dot), _mm256_set1_ps(scale), sum);
}

inline float Sum(__m256 v) {
  const __m128 half = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  const __m128 quarter = _mm_add_ps(half, _mm_movehl_ps(half, half));
  return _mm_cvtss_f32(_mm_add_ss(quarter, _mm_movehdup_ps(quarter)));
}

inline float LoadScale(const std::byte* w) {
  std::uint16_t half = 0;
  std::memcpy(&half, w, sizeof half);
  return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(half)));
}

inline float DotQ8Row(const std::byte* w, const Activations& x, std::size_t blocks, std::size_t ahead) {
  __m256 sum[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
  for (std::size_t b = 0; b < blocks; ++b, w += sizeof(BlockQ8)) {
    hwy::Prefetch(w + ahead);
    sum[b & 1] = DotBlock(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(w + 2)),
                          _mm256_load_si256(reinterpret_cast<const __m256i*>(x.q.data() + b * 32)),
                          LoadScale(w) * x.scale[b], sum[b & 1]);
  }
  return Sum(_mm256_add_ps(sum[0], sum[1]));
}

inline float DotQ4Row(const std::byte* w, const Activations& x, std::size_t blocks, std::size_t ahead) {
  const __m256i low = _mm256_set1_epi8(15);
  const __m256i offset = _mm256_set1_epi8(8);
  __m256 sum[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
  for (std::size_t b = 0; b < blocks; ++b, w += sizeof(BlockQ4)) {
    hwy::Prefetch(w + ahead);
    const __m128i packed = _mm_loadu_si128(reinterpret_cast<const __m128i*>(w + 2));
    const __m256i nibbles = _mm256_and_si256(
        _mm256_inserti128_si256(_mm256_castsi128_si256(packed), _mm_srli_epi16(packed, 4), 1), low);
    sum[b & 1] = DotBlock(_mm256_sub_epi8(nibbles, offset),
                          _mm256_load_si256(reinterpret_cast<const __m256i*>(x.q.data() + b * 32)),
                          LoadScale(w) * x.scale[b], sum[b & 1]);
  }
  return Sum(_mm256_add_ps(sum[0], sum[1]));
}

#else

inline float LoadScale(const std::byte* w) {
  std::uint16_t half = 0;
  std::memcpy(&half, w, sizeof half);
  return f16_to_f32(half);
}

#if HWY_TARGET == HWY_SCALAR

inline float DotQ8Row(const std::byte* w, const Activations& x, std::size_t blocks, std::size_t) {
  float sum = 0;
  for (std::size_t b = 0; b < blocks; ++b, w += sizeof(BlockQ8)) {
    int dot = 0;
    for (std::size_t j = 0; j < 32; ++j) dot += static_cast<std::int8_t>(w[2 + j]) * x.q[b * 32 + j];
    sum += static_cast<float>(dot) * (LoadScale(w) * x.scale[b]);
  }
  return sum;
}

inline float DotQ4Row(const std::byte* w, const Activations& x, std::size_t blocks, std::size_t) {
  float sum = 0;
  for (std::size_t b = 0; b < blocks; ++b, w += sizeof(BlockQ4)) {
    int dot = 0;
    for (std::size_t j = 0; j < 16; ++j) {
      const int packed = std::to_integer<int>(w[2 + j]);
      dot += ((packed & 15) - 8) * x.q[b * 32 + j] + ((packed >> 4) - 8) * x.q[b * 32 + 16 + j];
    }
    sum += static_cast<float>(dot) * (LoadScale(w) * x.scale[b]);
  }
  return sum;
}

#else  // any other target, 128 bits at a time

using Bytes = hn::FixedTag<std::int8_t, 16>;
using HalfBytes = hn::FixedTag<std::int8_t, 8>;
using Shorts = hn::FixedTag<std::int16_t, 8>;
using Ints = hn::FixedTag<std::int32_t, 4>;
using Floats = hn::FixedTag<float, 4>;

// 32 products of w and a.
HWY_INLINE hn::Vec<Ints> Dot32(const std::int8_t* w, const std::int8_t* a) {
  auto sum0 = hn::Zero(Ints());
  auto sum1 = hn::Zero(Ints());
  for (std::size_t j = 0; j < 32; j += 8) {
    sum0 = hn::ReorderWidenMulAccumulate(Ints(), hn::PromoteTo(Shorts(), hn::LoadU(HalfBytes(), w + j)),
                                         hn::PromoteTo(Shorts(), hn::LoadU(HalfBytes(), a + j)), sum0, sum1);
  }
  return hn::Add(sum0, sum1);
}

inline float DotQ8Row(const std::byte* w, const Activations& x, std::size_t blocks, std::size_t ahead) {
  auto sum = hn::Zero(Floats());
  for (std::size_t b = 0; b < blocks; ++b, w += sizeof(BlockQ8)) {
    hwy::Prefetch(w + ahead);
    const auto dot = Dot32(reinterpret_cast<const std::int8_t*>(w + 2), x.q.data() + b * 32);
    sum = hn::MulAdd(hn::ConvertTo(Floats(), dot), hn::Set(Floats(), LoadScale(w) * x.scale[b]), sum);
  }
  return hn::GetLane(hn::SumOfLanes(Floats(), sum));
}

inline float DotQ4Row(const std::byte* w, const Activations& x, std::size_t blocks, std::size_t ahead) {
  const hn::Repartition<std::uint8_t, Bytes> unsigned_bytes;
  auto sum = hn::Zero(Floats());
  HWY_ALIGN std::int8_t q[32];
  for (std::size_t b = 0; b < blocks; ++b, w += sizeof(BlockQ4)) {
    hwy::Prefetch(w + ahead);
    const auto packed = hn::LoadU(unsigned_bytes, reinterpret_cast<const std::uint8_t*>(w + 2));
    const auto eight = hn::Set(Bytes(), 8);
    const auto low = hn::And(packed, hn::Set(unsigned_bytes, 15));
    const auto high = hn::ShiftRight<4>(packed);
    hn::Store(hn::Sub(hn::BitCast(Bytes(), low), eight), Bytes(), q);
    hn::Store(hn::Sub(hn::BitCast(Bytes(), high), eight), Bytes(), q + 16);
    const auto dot = Dot32(q, x.q.data() + b * 32);
    sum = hn::MulAdd(hn::ConvertTo(Floats(), dot), hn::Set(Floats(), LoadScale(w) * x.scale[b]), sum);
  }
  return hn::GetLane(hn::SumOfLanes(Floats(), sum));
}

#endif  // HWY_SCALAR
#endif  // AVX2, AVX3
#endif  // AVX3_DL

}  // namespace HWY_NAMESPACE
}  // namespace assay::llm
HWY_AFTER_NAMESPACE();
