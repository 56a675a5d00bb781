// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/filter_sum/filter_sum.h"
#include "workloads/support/isa.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "workloads/dataframe/filter_sum/simd.cpp"
#include <hwy/foreach_target.h>
//
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace assay::filter_sum::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Branch-free: the two comparisons become a mask of ones or zeros, widened to i64 and laid over v3.
std::int64_t sum(const std::int32_t* v1, const std::int32_t* v2, const std::int64_t* v3, std::size_t rows,
                 std::int32_t v1_below, std::int32_t v2_below) {
  const hn::ScalableTag<std::int64_t> wide;
  const hn::Rebind<std::int32_t, decltype(wide)> narrow;
  const std::size_t lanes = hn::Lanes(wide);
  const auto limit1 = hn::Set(narrow, v1_below);
  const auto limit2 = hn::Set(narrow, v2_below);
  const auto qualified = [&](std::size_t at) HWY_ATTR {
    const auto mask =
        hn::And(hn::Lt(hn::Load(narrow, v1 + at), limit1), hn::Lt(hn::Load(narrow, v2 + at), limit2));
    return hn::And(hn::PromoteTo(wide, hn::VecFromMask(narrow, mask)), hn::Load(wide, v3 + at));
  };
  auto s0 = hn::Zero(wide), s1 = hn::Zero(wide), s2 = hn::Zero(wide), s3 = hn::Zero(wide);
  std::size_t i = 0;
  for (; i + 4 * lanes <= rows; i += 4 * lanes) {
    s0 = hn::Add(s0, qualified(i));
    s1 = hn::Add(s1, qualified(i + lanes));
    s2 = hn::Add(s2, qualified(i + 2 * lanes));
    s3 = hn::Add(s3, qualified(i + 3 * lanes));
  }
  std::int64_t total = hn::GetLane(hn::SumOfLanes(wide, hn::Add(hn::Add(s0, s1), hn::Add(s2, s3))));
  for (; i < rows; ++i) total += v1[i] < v1_below && v2[i] < v2_below ? v3[i] : 0;
  return total;
}

std::string isa() {
  return isa_name(hwy::TargetName(HWY_TARGET), hn::Lanes(hn::ScalableTag<std::uint8_t>()));
}

}  // namespace assay::filter_sum::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::filter_sum {

HWY_EXPORT(sum);
HWY_EXPORT(isa);

Implementation simd() {
  Implementation row;
  row.name = "simd";
  row.doc = "Highway: branch-free masks, each thread over its share of the rows";
  row.make = [](const Preparation& preparation) {
    const Kernel kernel = [](const std::int32_t* v1, const std::int32_t* v2, const std::int64_t* v3,
                             std::size_t rows, std::int32_t v1_below, std::int32_t v2_below) {
      return HWY_DYNAMIC_DISPATCH(sum)(v1, v2, v3, rows, v1_below, v2_below);
    };
    return make_instance(preparation, kernel, HWY_DYNAMIC_DISPATCH(isa)());
  };
  return row;
}

}  // namespace assay::filter_sum
#endif
