// SPDX-License-Identifier: Apache-2.0
// Included once for each Highway target (no #pragma once), inside kernels.cpp: dot products of quantised
// weights with quantised activations. Highway 1.0.3 has no int8 dot product, so x86 has its own intrinsics
// here: VNNI on AVX3_DL, maddubs on AVX2 and AVX3; and aarch64 has SDOT, where the CPU has it. Every other
// target multiplies in 16 bits.
#if HWY_ARCH_ARM_A64 && HWY_OS_LINUX
#include <arm_neon.h>
#include <sys/auxv.h>
#endif

HWY_BEFORE_NAMESPACE();
namespace assay::llm {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t kAhead = 8192;  // prefetched bytes: about 36 GB/s times 200 ns are in flight

// What stands behind the target's name: whether the CPU has the extension that matters here.
#if HWY_ARCH_ARM_A64 && HWY_OS_LINUX
const bool kDotprod = (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;  // Documentation/arm64/elf_hwcaps.rst
inline const char* Extension() { return kDotprod ? "_dotprod" : ""; }
#else
inline const char* Extension() { return ""; }
#endif

#if HWY_TARGET == HWY_AVX3_DL

// Highway's target string for AVX3_DL leaves out what its run-time test does check.
#undef ASSAY_VNNI
#define ASSAY_VNNI __attribute__((target(HWY_TARGET_STR ",avx512vnni")))

// Weights are made unsigned by an offset (q8_0: q ^ 0x80 = q + 128; q4_0: nibbles are q + 8), which costs
// offset * sum(activations) a block: that is where the accumulators start, in one lane of the block. q8_0:
// two blocks a vector, 8 lanes each. q4_0: four blocks, 4 lanes each; activations are stored as the first
// halves of four blocks, then their second halves, as the nibbles come out.

inline void StoreBlock(const std::int8_t* q32, float scale, std::size_t b, Format format, Activations& out) {
  int sum = 0;
  for (std::size_t j = 0; j < 32; ++j) sum += q32[j];
  out.correction[b] = (format == Format::q8_0 ? -128 : -8) * sum;
  out.scale[b] = scale;
  if (format == Format::q8_0) {
    std::memcpy(out.q.data() + b * 32, q32, 32);
    return;
  }
  std::int8_t* chunk = out.q.data() + b / 4 * 128 + b % 4 * 16;
  std::memcpy(chunk, q32, 16);
  std::memcpy(chunk + 64, q32 + 16, 16);
}

// Words of the first 64 bytes at a block that are the scales of it and its successors, as often as there are
// lanes; bytes that are the quants of the first three q4_0 blocks.
struct Picks {
  alignas(64) std::uint16_t q8[32];
  alignas(64) std::uint16_t q4[32];
  alignas(64) std::uint8_t q4_bytes[64];
};
constexpr Picks kPicks = [] {
  Picks p{};
  for (std::size_t i = 0; i < 16; ++i) {
    p.q8[i] = static_cast<std::uint16_t>(i / 8 * sizeof(BlockQ8) / 2);
    p.q4[i] = static_cast<std::uint16_t>(i / 4 * sizeof(BlockQ4) / 2);
  }
  for (std::size_t i = 0; i < 48; ++i)
    p.q4_bytes[i] = static_cast<std::uint8_t>(i / 16 * sizeof(BlockQ4) + 2 + i % 16);
  return p;
}();

inline __m512 Scales(__m512i pick, __m512i head, __m512 activations) {
  return _mm512_mul_ps(_mm512_cvtph_ps(_mm512_castsi512_si256(_mm512_permutexvar_epi16(pick, head))),
                       activations);
}

// y[r] = the sum of sums[r]'s lanes.
template <std::size_t R>
inline void StoreSums(const __m512* sums, float* y) {
  if constexpr (R == 4) {
    __m128 s[4];
    for (std::size_t r = 0; r < 4; ++r) {
      const __m256 half = _mm256_add_ps(_mm512_castps512_ps256(sums[r]), _mm512_extractf32x8_ps(sums[r], 1));
      s[r] = _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
    }
    _MM_TRANSPOSE4_PS(s[0], s[1], s[2], s[3]);
    _mm_storeu_ps(y, _mm_add_ps(_mm_add_ps(s[0], s[1]), _mm_add_ps(s[2], s[3])));
  } else {
    for (std::size_t r = 0; r < R; ++r) y[r] = _mm512_reduce_add_ps(sums[r]);
  }
}

// R rows side by side, two blocks of each a step: sums[r] is row r's.
template <std::size_t R>
ASSAY_VNNI inline void SumQ8Rows(const std::byte* w, const Activations& x, std::size_t blocks, __m512* sums) {
  const std::size_t row_bytes = blocks * sizeof(BlockQ8);
  const __m512i pick = _mm512_load_si512(kPicks.q8);
  const __m512i flip = _mm512_set1_epi8(static_cast<char>(0x80));
  for (std::size_t r = 0; r < R; ++r) sums[r] = _mm512_setzero_ps();
  for (std::size_t b = 0; b < blocks; b += 2, w += 2 * sizeof(BlockQ8)) {
    // Lane 0 of the first block's eight, lane 9 of all, an odd one, for the second.
    const __m512i correction = _mm512_maskz_broadcast_i32x2(
        0x0201, _mm_loadl_epi64(reinterpret_cast<const __m128i*>(x.correction.data() + b)));
    const __m512 scale =
        _mm512_mask_blend_ps(0xFF00, _mm512_set1_ps(x.scale[b]), _mm512_set1_ps(x.scale[b + 1]));
    const __m512i activations = _mm512_load_si512(x.q.data() + b * 32);
    for (std::size_t r = 0; r < R; ++r) {
      const std::byte* at = w + r * row_bytes;
      hwy::Prefetch(at + kAhead / R);
      hwy::Prefetch(at + kAhead / R + 64);
      const __m256i first = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 2));
      const __m256i second = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 36));
      const __m512i q = _mm512_xor_si512(_mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1), flip);
      const __m512i dot = _mm512_dpbusd_epi32(correction, q, activations);
      sums[r] =
          _mm512_fmadd_ps(_mm512_cvtepi32_ps(dot), Scales(pick, _mm512_loadu_si512(at), scale), sums[r]);
    }
  }
}

// The same, four blocks a step.
template <std::size_t R>
ASSAY_VNNI inline void SumQ4Rows(const std::byte* w, const Activations& x, std::size_t blocks, __m512* sums) {
  const std::size_t row_bytes = blocks * sizeof(BlockQ4);
  const __m512i pick = _mm512_load_si512(kPicks.q4);
  const __m512i pick_bytes = _mm512_load_si512(kPicks.q4_bytes);
  const __m512i spread = _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
  const __m512i low = _mm512_set1_epi8(15);
  for (std::size_t r = 0; r < R; ++r) sums[r] = _mm512_setzero_ps();
  for (std::size_t b = 0; b < blocks; b += 4, w += 4 * sizeof(BlockQ4)) {
    // Lane i of the four that belong to block i.
    const __m512i correction = _mm512_maskz_broadcast_i32x4(
        0x8421, _mm_load_si128(reinterpret_cast<const __m128i*>(x.correction.data() + b)));
    const __m512 scale =
        _mm512_permutexvar_ps(spread, _mm512_castps128_ps512(_mm_load_ps(x.scale.data() + b)));
    const __m512i first = _mm512_load_si512(x.q.data() + b * 32);
    const __m512i second = _mm512_load_si512(x.q.data() + b * 32 + 64);
    for (std::size_t r = 0; r < R; ++r) {
      const std::byte* at = w + r * row_bytes;
      hwy::Prefetch(at + kAhead / R);
      hwy::Prefetch(at + kAhead / R + 64);
      const __m512i head = _mm512_loadu_si512(at);
      const __m512i q = _mm512_inserti32x4(_mm512_permutexvar_epi8(pick_bytes, head),
                                           _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 56)), 3);
      __m512i dot = _mm512_dpbusd_epi32(correction, _mm512_and_si512(q, low), first);
      dot = _mm512_dpbusd_epi32(dot, _mm512_and_si512(_mm512_srli_epi16(q, 4), low), second);
      sums[r] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dot), Scales(pick, head, scale), sums[r]);
    }
  }
}

// Long rows side by side are streams that hardware prefetches each by itself; of short ones each would end
// before that helps, and memory is read in order (tests/bench/README.md).
constexpr std::size_t kLongRow = 8192;  // bytes

template <std::size_t R>
inline void DotQ8Rows(const std::byte* w, const Activations& x, std::size_t blocks, float* y) {
  const std::size_t row_bytes = blocks * sizeof(BlockQ8);
  __m512 sums[R];
  if (row_bytes >= kLongRow) {
    SumQ8Rows<R>(w, x, blocks, sums);
  } else {
    for (std::size_t r = 0; r < R; ++r) SumQ8Rows<1>(w + r * row_bytes, x, blocks, sums + r);
  }
  StoreSums<R>(sums, y);
}
template <std::size_t R>
inline void DotQ4Rows(const std::byte* w, const Activations& x, std::size_t blocks, float* y) {
  const std::size_t row_bytes = blocks * sizeof(BlockQ4);
  __m512 sums[R];
  if (row_bytes >= kLongRow) {
    SumQ4Rows<R>(w, x, blocks, sums);
  } else {
    for (std::size_t r = 0; r < R; ++r) SumQ4Rows<1>(w + r * row_bytes, x, blocks, sums + r);
  }
  StoreSums<R>(sums, y);
}

#else  // not AVX3_DL: activations lie as they come, one scale a block

inline void StoreBlock(const std::int8_t* q32, float scale, std::size_t b, Format, Activations& out) {
  std::memcpy(out.q.data() + b * 32, q32, 32);
  out.scale[b] = scale;
}

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

inline float DotQ8Row(const std::byte* w, const Activations& x, std::size_t blocks) {
  __m256 sum[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
  for (std::size_t b = 0; b < blocks; ++b, w += sizeof(BlockQ8)) {
    hwy::Prefetch(w + kAhead);
    sum[b & 1] = DotBlock(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(w + 2)),
                          _mm256_load_si256(reinterpret_cast<const __m256i*>(x.q.data() + b * 32)),
                          LoadScale(w) * x.scale[b], sum[b & 1]);
  }
  return Sum(_mm256_add_ps(sum[0], sum[1]));
}

inline float DotQ4Row(const std::byte* w, const Activations& x, std::size_t blocks) {
  const __m256i low = _mm256_set1_epi8(15);
  const __m256i offset = _mm256_set1_epi8(8);
  __m256 sum[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
  for (std::size_t b = 0; b < blocks; ++b, w += sizeof(BlockQ4)) {
    hwy::Prefetch(w + kAhead);
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
#if HWY_ARCH_ARM_A64
  __fp16 half = 0;
  std::memcpy(&half, w, sizeof half);
  return half;
#else
  std::uint16_t half = 0;
  std::memcpy(&half, w, sizeof half);
  return f16_to_f32(half);
#endif
}

#if HWY_TARGET == HWY_SCALAR

inline float DotQ8Row(const std::byte* w, const Activations& x, std::size_t blocks) {
  float sum = 0;
  for (std::size_t b = 0; b < blocks; ++b, w += sizeof(BlockQ8)) {
    int dot = 0;
    for (std::size_t j = 0; j < 32; ++j) dot += static_cast<std::int8_t>(w[2 + j]) * x.q[b * 32 + j];
    sum += static_cast<float>(dot) * (LoadScale(w) * x.scale[b]);
  }
  return sum;
}

inline float DotQ4Row(const std::byte* w, const Activations& x, std::size_t blocks) {
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

#if HWY_ARCH_ARM_A64 && HWY_OS_LINUX

// What the rest of the file is compiled for, and SDOT: else nothing of it could be inlined here.
#undef ASSAY_DOTPROD
#if defined(__ARM_FEATURE_SVE)
#define ASSAY_DOTPROD __attribute__((target("arch=armv8.2-a+sve+dotprod")))
#else
#define ASSAY_DOTPROD __attribute__((target("arch=armv8.2-a+dotprod")))
#endif

ASSAY_DOTPROD inline float32x4_t AddBlock(int8x16_t w0, int8x16_t w1, const std::int8_t* a, float scale,
                                          float32x4_t sum) {
  const int32x4_t first = vdotq_s32(vdupq_n_s32(0), w0, vld1q_s8(a));
  return vfmaq_n_f32(sum, vcvtq_f32_s32(vdotq_s32(first, w1, vld1q_s8(a + 16))), scale);
}

ASSAY_DOTPROD inline float DotprodQ8Row(const std::byte* w, const Activations& x, std::size_t blocks) {
  float32x4_t sum[2] = {vdupq_n_f32(0), vdupq_n_f32(0)};
  for (std::size_t b = 0; b < blocks; ++b, w += sizeof(BlockQ8)) {
    hwy::Prefetch(w + kAhead);
    const auto* q = reinterpret_cast<const std::int8_t*>(w + 2);
    sum[b & 1] =
        AddBlock(vld1q_s8(q), vld1q_s8(q + 16), x.q.data() + b * 32, LoadScale(w) * x.scale[b], sum[b & 1]);
  }
  return vaddvq_f32(vaddq_f32(sum[0], sum[1]));
}

ASSAY_DOTPROD inline float DotprodQ4Row(const std::byte* w, const Activations& x, std::size_t blocks) {
  const uint8x16_t low = vdupq_n_u8(15);
  const int8x16_t eight = vdupq_n_s8(8);
  float32x4_t sum[2] = {vdupq_n_f32(0), vdupq_n_f32(0)};
  for (std::size_t b = 0; b < blocks; ++b, w += sizeof(BlockQ4)) {
    hwy::Prefetch(w + kAhead);
    const uint8x16_t packed = vld1q_u8(reinterpret_cast<const std::uint8_t*>(w + 2));
    const int8x16_t w0 = vsubq_s8(vreinterpretq_s8_u8(vandq_u8(packed, low)), eight);
    const int8x16_t w1 = vsubq_s8(vreinterpretq_s8_u8(vshrq_n_u8(packed, 4)), eight);
    sum[b & 1] = AddBlock(w0, w1, x.q.data() + b * 32, LoadScale(w) * x.scale[b], sum[b & 1]);
  }
  return vaddvq_f32(vaddq_f32(sum[0], sum[1]));
}

#endif  // aarch64

using Bytes = hn::FixedTag<std::int8_t, 16>;
using Shorts = hn::FixedTag<std::int16_t, 8>;
using HalfBytes = hn::Rebind<std::int8_t, Shorts>;
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

inline float DotQ8Row(const std::byte* w, const Activations& x, std::size_t blocks) {
#if HWY_ARCH_ARM_A64 && HWY_OS_LINUX
  if (kDotprod) return DotprodQ8Row(w, x, blocks);
#endif
  auto sum = hn::Zero(Floats());
  for (std::size_t b = 0; b < blocks; ++b, w += sizeof(BlockQ8)) {
    hwy::Prefetch(w + kAhead);
    const auto dot = Dot32(reinterpret_cast<const std::int8_t*>(w + 2), x.q.data() + b * 32);
    sum = hn::MulAdd(hn::ConvertTo(Floats(), dot), hn::Set(Floats(), LoadScale(w) * x.scale[b]), sum);
  }
  return hn::GetLane(hn::SumOfLanes(Floats(), sum));
}

inline float DotQ4Row(const std::byte* w, const Activations& x, std::size_t blocks) {
#if HWY_ARCH_ARM_A64 && HWY_OS_LINUX
  if (kDotprod) return DotprodQ4Row(w, x, blocks);
#endif
  const hn::Repartition<std::uint8_t, Bytes> unsigned_bytes;
  auto sum = hn::Zero(Floats());
  HWY_ALIGN std::int8_t q[32];
  for (std::size_t b = 0; b < blocks; ++b, w += sizeof(BlockQ4)) {
    hwy::Prefetch(w + kAhead);
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

template <std::size_t R>
inline void DotQ8Rows(const std::byte* w, const Activations& x, std::size_t blocks, float* y) {
  for (std::size_t r = 0; r < R; ++r) y[r] = DotQ8Row(w + r * blocks * sizeof(BlockQ8), x, blocks);
}
template <std::size_t R>
inline void DotQ4Rows(const std::byte* w, const Activations& x, std::size_t blocks, float* y) {
  for (std::size_t r = 0; r < R; ++r) y[r] = DotQ4Row(w + r * blocks * sizeof(BlockQ4), x, blocks);
}

#endif  // AVX3_DL

}  // namespace HWY_NAMESPACE
}  // namespace assay::llm
HWY_AFTER_NAMESPACE();
