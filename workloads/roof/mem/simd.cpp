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

/// Four pages are read side by side: hardware prefetches the stream of each page by itself, and one stream
/// leaves a sixth of the bandwidth of memory unused (tests/bench/README.md). What is left over is read in
/// order. Eight vectors an iteration: enough loads in flight, and loop overhead below one instruction in ten.
std::uint32_t load(const float* from, std::size_t count) {
  constexpr std::size_t page = 4096 / sizeof(std::uint32_t);
  const hn::CappedTag<std::uint32_t, 16> d;  // two vectors divide a page
  const std::size_t lanes = hn::Lanes(d);
  const auto* bits = reinterpret_cast<const std::uint32_t*>(from);
  auto s0 = hn::Zero(d), s1 = hn::Zero(d), s2 = hn::Zero(d), s3 = hn::Zero(d);
  const auto add_eight = [&](const std::uint32_t* at, std::size_t apart) HWY_ATTR {
    s0 = hn::Add(s0, hn::Load(d, at));
    s1 = hn::Add(s1, hn::Load(d, at + lanes));
    s2 = hn::Add(s2, hn::Load(d, at + apart));
    s3 = hn::Add(s3, hn::Load(d, at + apart + lanes));
    s0 = hn::Add(s0, hn::Load(d, at + 2 * apart));
    s1 = hn::Add(s1, hn::Load(d, at + 2 * apart + lanes));
    s2 = hn::Add(s2, hn::Load(d, at + 3 * apart));
    s3 = hn::Add(s3, hn::Load(d, at + 3 * apart + lanes));
  };
  std::size_t i = 0;
  for (; i + 4 * page <= count; i += 4 * page) {
    for (std::size_t j = 0; j < page; j += 2 * lanes) add_eight(bits + i + j, page);
  }
  for (; i + 8 * lanes <= count; i += 8 * lanes) add_eight(bits + i, 2 * lanes);
  for (; i + lanes <= count; i += lanes) s0 = hn::Add(s0, hn::Load(d, bits + i));
  // Lane by lane: SumOfLanes would add as signed integers on AVX-512 (GCC's reduce intrinsic), which may
  // overflow.
  HWY_ALIGN std::uint32_t lane_sums[16];
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

std::string isa() {
  return isa_name(hwy::TargetName(HWY_TARGET), hn::Lanes(hn::ScalableTag<std::uint8_t>()));
}

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
