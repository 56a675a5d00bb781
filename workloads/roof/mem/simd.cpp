// SPDX-License-Identifier: Apache-2.0
#include "workloads/roof/mem/mem.h"
#include "workloads/support/isa.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "workloads/roof/mem/simd.cpp"
#include <hwy/foreach_target.h>
//
#include <hwy/cache_control.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace assay::roof_mem::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Vectors per iteration: enough loads in flight, and loop overhead below one instruction in ten.
constexpr std::size_t unroll = 8;

std::uint32_t load(const float* from, std::size_t count) {
  const hn::ScalableTag<std::uint32_t> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto* bits = reinterpret_cast<const std::uint32_t*>(from);
  auto s0 = hn::Zero(d), s1 = hn::Zero(d), s2 = hn::Zero(d), s3 = hn::Zero(d);
  std::size_t i = 0;
  for (; i + unroll * lanes <= count; i += unroll * lanes) {
    s0 = hn::Add(s0, hn::Load(d, bits + i));
    s1 = hn::Add(s1, hn::Load(d, bits + i + lanes));
    s2 = hn::Add(s2, hn::Load(d, bits + i + 2 * lanes));
    s3 = hn::Add(s3, hn::Load(d, bits + i + 3 * lanes));
    s0 = hn::Add(s0, hn::Load(d, bits + i + 4 * lanes));
    s1 = hn::Add(s1, hn::Load(d, bits + i + 5 * lanes));
    s2 = hn::Add(s2, hn::Load(d, bits + i + 6 * lanes));
    s3 = hn::Add(s3, hn::Load(d, bits + i + 7 * lanes));
  }
  for (; i + lanes <= count; i += lanes) s0 = hn::Add(s0, hn::Load(d, bits + i));
  // Lane by lane: SumOfLanes would add as signed integers on AVX-512 (GCC's reduce intrinsic), which may
  // overflow.
  HWY_ALIGN std::uint32_t lane_sums[HWY_MAX_BYTES / sizeof(std::uint32_t)];
  hn::Store(hn::Add(hn::Add(s0, s1), hn::Add(s2, s3)), d, lane_sums);
  std::uint32_t sum = 0;
  for (std::size_t lane = 0; lane < lanes; ++lane) sum += lane_sums[lane];
  for (; i < count; ++i) sum += bits[i];
  return sum;
}

void copy(float* to, const float* from, std::size_t count) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    const auto a = hn::Load(d, from + i);
    const auto b = hn::Load(d, from + i + lanes);
    const auto c = hn::Load(d, from + i + 2 * lanes);
    const auto e = hn::Load(d, from + i + 3 * lanes);
    hn::Store(a, d, to + i);
    hn::Store(b, d, to + i + lanes);
    hn::Store(c, d, to + i + 2 * lanes);
    hn::Store(e, d, to + i + 3 * lanes);
  }
  for (; i < count; ++i) to[i] = from[i];
}

template <bool non_temporal>
HWY_INLINE void triad_loop(float* to, const float* b, const float* c, std::size_t count) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto s = hn::Set(d, scale);
  std::size_t i = 0;
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    for (std::size_t k = 0; k < 4; ++k) {
      const std::size_t at = i + k * lanes;
      const auto value = hn::MulAdd(s, hn::Load(d, c + at), hn::Load(d, b + at));
      if constexpr (non_temporal) {
        hn::Stream(value, d, to + at);
      } else {
        hn::Store(value, d, to + at);
      }
    }
  }
  for (; i < count; ++i) to[i] = b[i] + scale * c[i];
  if constexpr (non_temporal) hwy::FlushStream();
}

void triad(float* to, const float* b, const float* c, std::size_t count) {
  triad_loop<false>(to, b, c, count);
}
void triad_nt(float* to, const float* b, const float* c, std::size_t count) {
  triad_loop<true>(to, b, c, count);
}

void fill(float* to, std::size_t count) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto value = hn::Set(d, scale);
  std::size_t i = 0;
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    hn::Store(value, d, to + i);
    hn::Store(value, d, to + i + lanes);
    hn::Store(value, d, to + i + 2 * lanes);
    hn::Store(value, d, to + i + 3 * lanes);
  }
  for (; i < count; ++i) to[i] = scale;
}

std::string isa() { return isa_name(hwy::TargetName(HWY_TARGET)); }

}  // namespace assay::roof_mem::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::roof_mem {

HWY_EXPORT(load);
HWY_EXPORT(copy);
HWY_EXPORT(triad);
HWY_EXPORT(triad_nt);
HWY_EXPORT(fill);
HWY_EXPORT(isa);

Implementation simd() {
  Implementation row;
  row.name = "simd";
  row.doc = "Highway, the widest vectors of this CPU; triad_nt with non-temporal stores";
  row.make = [](const Preparation& preparation) {
    const Kernels kernels{
        [](const float* from, std::size_t n) { return HWY_DYNAMIC_DISPATCH(load)(from, n); },
        [](float* to, const float* from, std::size_t n) {
          HWY_DYNAMIC_DISPATCH(copy)
          (to, from, n);
        },
        [](float* to, const float* b, const float* c, std::size_t n) {
          HWY_DYNAMIC_DISPATCH(triad)(to, b, c, n);
        },
        [](float* to, const float* b, const float* c, std::size_t n) {
          HWY_DYNAMIC_DISPATCH(triad_nt)(to, b, c, n);
        },
        [](float* to, std::size_t n) {
          HWY_DYNAMIC_DISPATCH(fill)
          (to, n);
        }};
    return make_instance(preparation, kernels, HWY_DYNAMIC_DISPATCH(isa)());
  };
  return row;
}

}  // namespace assay::roof_mem
#endif
