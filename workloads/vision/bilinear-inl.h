// SPDX-License-Identifier: Apache-2.0
// One output row of the bilinear workloads, for every Highway target. Included once a target (hence the
// toggle).
#if defined(ASSAY_VISION_BILINEAR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ASSAY_VISION_BILINEAR_INL_H_
#undef ASSAY_VISION_BILINEAR_INL_H_
#else
#define ASSAY_VISION_BILINEAR_INL_H_
#endif

#include <hwy/highway.h>
#include <type_traits>

#include "workloads/vision/plan.h"

HWY_BEFORE_NAMESPACE();
namespace assay::vision {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// What one output row reads: its two source rows and the weight of the lower one.
struct RowPair {
  const std::uint8_t* upper;
  const std::uint8_t* lower;
  int weight;
};

// Highway 1.0.3 has no byte permutation over a whole 512-bit vector and no fused integer dot product.
#undef ASSAY_VISION_WINDOWS
#if HWY_TARGET == HWY_AVX3_DL
#define ASSAY_VISION_WINDOWS 1
#else
#define ASSAY_VISION_WINDOWS 0
#endif

inline constexpr bool uses_windows = ASSAY_VISION_WINDOWS != 0;

#if ASSAY_VISION_WINDOWS

template <int windows>
HWY_INLINE __m512i across_windows(const std::uint8_t* row, const std::int32_t* base, __m512i index,
                                  __m512i weight) {
  constexpr __mmask64 used = 0x5555555555555555u;  // the high bytes of the 16-bit integers stay zero
  constexpr __mmask64 part = windows == 1 ? ~0ull : windows == 2 ? 0xFFFFFFFFull : 0xFFFFull;
  constexpr int step = 64 / windows;
  __m512i bytes = _mm512_maskz_permutexvar_epi8(used & part, index, _mm512_loadu_si512(row + base[0]));
  if constexpr (windows >= 2) {
    bytes =
        _mm512_mask_permutexvar_epi8(bytes, used & (part << step), index, _mm512_loadu_si512(row + base[1]));
  }
  if constexpr (windows == 4) {
    bytes = _mm512_mask_permutexvar_epi8(bytes, used & (part << 2 * step), index,
                                         _mm512_loadu_si512(row + base[2]));
    bytes = _mm512_mask_permutexvar_epi8(bytes, used & (part << 3 * step), index,
                                         _mm512_loadu_si512(row + base[3]));
  }
  return _mm512_madd_epi16(bytes, weight);
}

/// The hardware's prefetchers stop at each page; rows of a large picture are pages long. 2 KiB ahead is worth
/// a quarter of the time at 4K and costs nothing where the picture is in the caches. Never faults, so it may
/// point anywhere.
HWY_INLINE void prefetch_ahead(const std::uint8_t* row, std::int32_t offset) {
  const auto at = reinterpret_cast<std::uintptr_t>(row) + static_cast<std::uintptr_t>(offset) + 2048;
  _mm_prefetch(reinterpret_cast<const char*>(at), _MM_HINT_T0);
}

/// 16 values of the row from v on (a multiple of 16), each the sum of four pixels times weights (of 2^22), as
/// i32.
template <int windows, bool one_row>
HWY_INLINE __m512i window_sums(const ShufflePlan& plan, const RowPair& rows, int v) {
  const std::int32_t* base = plan.base.data() + v / 16 * windows;
  const __m512i index = _mm512_load_si512(plan.index.data() + 4 * static_cast<std::size_t>(v));
  const __m512i weight = _mm512_load_si512(plan.weight.data() + 2 * static_cast<std::size_t>(v));
  for (int w = 0; w < windows; ++w) {
    prefetch_ahead(rows.upper, base[w]);
    if constexpr (!one_row) prefetch_ahead(rows.lower, base[w]);
  }
  const __m512i upper = across_windows<windows>(rows.upper, base, index, weight);
  const __m512i sum = _mm512_slli_epi32(upper, weight_bits);
  if constexpr (one_row) return sum;
  const __m512i lower = across_windows<windows>(rows.lower, base, index, weight);
  const __m512i step = _mm512_mullo_epi32(_mm512_sub_epi32(lower, upper), _mm512_set1_epi32(rows.weight));
  return _mm512_add_epi32(sum, step);
}

/// body(windows, one_row) with both as integral constants.
template <typename Body>
HWY_INLINE void with_windows(const ShufflePlan& plan, const RowPair& rows, const Body& body) {
  const auto with = [&](auto windows) HWY_ATTR {
    rows.weight == 0 ? body(windows, std::true_type{}) : body(windows, std::false_type{});
  };
  if (plan.windows == 1) return with(std::integral_constant<int, 1>{});
  if (plan.windows == 2) return with(std::integral_constant<int, 2>{});
  return with(std::integral_constant<int, 4>{});
}

/// sink(v, sums) for all values of the row, 16 at a time.
template <typename Sink>
HWY_INLINE void window_rows(const ShufflePlan& plan, const RowPair& rows, const Sink& sink) {
  with_windows(plan, rows, [&](auto windows, auto one_row) HWY_ATTR {
    for (int v = 0; v < plan.values; v += 16) {
      sink(v, window_sums<decltype(windows)::value, decltype(one_row)::value>(plan, rows, v));
    }
  });
}

#endif  // ASSAY_VISION_WINDOWS

// 16-byte blocks: at most two to a vector, which is where assembling a vector from blocks stops paying.
// Targets with vectors of unknown length take one.
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
inline constexpr int block_lanes = 8;
#elif HWY_TARGET == HWY_SCALAR
inline constexpr int block_lanes = 1;
#else
inline constexpr int block_lanes = 4;
#endif
using D32 = hn::FixedTag<std::int32_t, block_lanes>;
using D16 = hn::Repartition<std::int16_t, D32>;
using D8 = hn::Repartition<std::uint8_t, D32>;

#if HWY_TARGET == HWY_SCALAR

template <int windows, bool one_row, typename Sink>
HWY_INLINE void block_row(const ShufflePlan& plan, const RowPair& rows, const Sink& sink) {
  for (int v = 0; v < plan.values; ++v) {
    const std::int32_t* base = plan.base.data() + v / 4 * windows;
    const std::uint8_t* index = plan.index.data() + 4 * static_cast<std::size_t>(v);
    const std::int16_t* weight = plan.weight.data() + 2 * static_cast<std::size_t>(v);
    const auto byte = [&](const std::uint8_t* row, int i) {
      return windows == 1 ? row[base[0] + i] : row[base[windows == 1 ? 0 : i / 8] + i % 8];
    };
    const auto across = [&](const std::uint8_t* row) {
      return byte(row, index[0]) * weight[0] + byte(row, index[2]) * weight[1];
    };
    const int upper = across(rows.upper);
    const int sum =
        one_row ? upper << weight_bits : (upper << weight_bits) + (across(rows.lower) - upper) * rows.weight;
    sink(v, hn::Set(D32(), sum));
  }
}

#else

template <int windows>
HWY_INLINE hn::Vec<hn::FixedTag<std::uint8_t, 16> > load_block(const std::uint8_t* row,
                                                               const std::int32_t* base) {
  const hn::FixedTag<std::uint8_t, 16> d;
  if constexpr (windows == 1) {
    return hn::LoadU(d, row + base[0]);
  } else {
    const hn::Half<decltype(d)> half;
    return hn::Combine(d, hn::LoadU(half, row + base[1]), hn::LoadU(half, row + base[0]));
  }
}

template <int windows>
HWY_INLINE hn::Vec<D8> load_blocks(const std::uint8_t* row, const std::int32_t* base) {
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
  return hn::Combine(D8(), load_block<windows>(row, base + windows), load_block<windows>(row, base));
#else
  return load_block<windows>(row, base);
#endif
}

/// a[2i] * b[2i] + a[2i + 1] * b[2i + 1] of 16-bit integers, a not negative.
HWY_INLINE hn::Vec<D32> pair_dot(hn::Vec<D16> a, hn::Vec<D16> b) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_EMU128
  hn::Vec<D32> unused = hn::Zero(D32());
  return hn::ReorderWidenMulAccumulate(D32(), a, b, hn::Zero(D32()), unused);  // on x86: pmaddwd, in order
#else
  const hn::Vec<D32> x = hn::BitCast(D32(), a);
  const hn::Vec<D32> y = hn::BitCast(D32(), b);
  const hn::Vec<D32> low = hn::Set(D32(), 0xFFFF);
  return hn::Add(hn::Mul(hn::And(x, low), hn::And(y, low)),
                 hn::Mul(hn::ShiftRight<16>(x), hn::ShiftRight<16>(y)));
#endif
}

/// As window_row, for vectors of D32.
template <int windows, bool one_row, typename Sink>
HWY_INLINE void block_row(const ShufflePlan& plan, const RowPair& rows, const Sink& sink) {
  const D32 d32;
  const auto wy = hn::Set(d32, rows.weight);
  const std::int32_t* base = plan.base.data();
  for (int v = 0; v < plan.values; v += block_lanes, base += windows * (block_lanes / 4)) {
    const auto index = hn::Load(D8(), plan.index.data() + 4 * static_cast<std::size_t>(v));
    const auto weight = hn::Load(D16(), plan.weight.data() + 2 * static_cast<std::size_t>(v));
    const auto across = [&](const std::uint8_t* row) HWY_ATTR {
      const auto bytes = hn::TableLookupBytesOr0(load_blocks<windows>(row, base), index);
      return pair_dot(hn::BitCast(D16(), bytes), weight);
    };
    const auto upper = across(rows.upper);
    auto sum = hn::ShiftLeft<weight_bits>(upper);
    if constexpr (!one_row) sum = hn::Add(sum, hn::Mul(hn::Sub(across(rows.lower), upper), wy));
    sink(v, sum);
  }
}

#endif  // HWY_SCALAR

template <typename Sink>
HWY_INLINE void block_rows(const ShufflePlan& plan, const RowPair& rows, const Sink& sink) {
  const bool one = rows.weight == 0;
  if (plan.windows == 1)
    return one ? block_row<1, true>(plan, rows, sink) : block_row<1, false>(plan, rows, sink);
  return one ? block_row<2, true>(plan, rows, sink) : block_row<2, false>(plan, rows, sink);
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::vision
HWY_AFTER_NAMESPACE();

#endif
