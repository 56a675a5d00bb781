// SPDX-License-Identifier: Apache-2.0
#include <hwy/base.h>
#include <cstring>

#include "workloads/support/isa.h"
#include "workloads/vision/plan.h"
#include "workloads/vision/resize/resize.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "workloads/vision/resize/simd.cpp"
#define HWY_WANT_AVX3_DL
#include <hwy/foreach_target.h>

#include "workloads/vision/bilinear-inl.h"

HWY_BEFORE_NAMESPACE();
namespace assay::vision {
namespace HWY_NAMESPACE {

std::string resize_isa() {
  return isa_name(hwy::TargetName(HWY_TARGET), hn::Lanes(hn::ScalableTag<std::uint8_t>()));
}
bool wants_windows() { return uses_windows; }

/// One output row. `windows`: the plan is a window plan.
void resize_row(const ShufflePlan& plan, bool windows, const std::uint8_t* upper, const std::uint8_t* lower,
                int weight, std::uint8_t* out) {
  const RowPair rows{upper, lower, weight};
#if ASSAY_VISION_WINDOWS
  if (windows) {
    window_rows(plan, rows, [&](int v, __m512i sums) HWY_ATTR {
      const __m512i rounded = _mm512_srli_epi32(_mm512_add_epi32(sums, _mm512_set1_epi32(1 << 21)), 22);
      const __m128i bytes = _mm512_cvtepi32_epi8(rounded);
      const int left = plan.values - v;
      if (HWY_LIKELY(left >= 16)) {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + v), bytes);
      } else {
        _mm_mask_storeu_epi8(out + v, static_cast<__mmask16>((1u << left) - 1u), bytes);
      }
    });
    return;
  }
#endif
  (void)windows;
  block_rows(plan, rows, [&](int v, hn::Vec<D32> sums) HWY_ATTR {
    const hn::Rebind<std::uint8_t, D32> d8;
    const auto rounded = hn::ShiftRight<22>(hn::Add(sums, hn::Set(D32(), 1 << 21)));
    const auto bytes = hn::DemoteTo(d8, rounded);
    const int left = plan.values - v;
    if (HWY_LIKELY(left >= block_lanes)) {
      hn::StoreU(bytes, d8, out + v);
    } else {
      HWY_ALIGN std::uint8_t tail[block_lanes];
      hn::Store(bytes, d8, tail);
      std::memcpy(out + v, tail, static_cast<std::size_t>(left));
    }
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::vision
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::vision {

namespace {

HWY_EXPORT(resize_isa);
HWY_EXPORT(wants_windows);
HWY_EXPORT(resize_row);

class Simd final : public ResizeInstance {
 public:
  explicit Simd(const Preparation& preparation)
      : ResizeInstance(preparation), isa_(HWY_DYNAMIC_DISPATCH(resize_isa)()) {
    if (HWY_DYNAMIC_DISPATCH(wants_windows)()) plan_ = make_window_plan(problem_.columns);
    windows_ = plan_.windows != 0;
    if (!windows_) plan_ = make_block_plan(problem_.columns);
  }

  void call() override {
    const auto row_kernel = HWY_DYNAMIC_DISPATCH(resize_row);
    const auto rows = [&](std::size_t begin, std::size_t end) {
      for (std::size_t y = begin; y < end; ++y) {
        const Tap& tap = problem_.rows[y];
        row_kernel(plan_, windows_, problem_.source.row(tap.first), problem_.source.row(tap.second),
                   tap.weight, out_row(static_cast<int>(y)));
      }
    };
    if (pool_ == nullptr) {
      rows(0, problem_.rows.size());
      return;
    }
    pool_->run([&](int index) {
      const auto [begin, end] = pool_->share(problem_.rows.size(), index);
      rows(begin, end);
    });
  }

  std::size_t resident_bytes() const override { return ResizeInstance::resident_bytes() + plan_.bytes(); }
  std::string isa() const override { return isa_; }

 private:
  ShufflePlan plan_;
  bool windows_ = false;
  std::string isa_;
};

}  // namespace

Implementation resize_simd() {
  Implementation i;
  i.name = "simd";
  i.doc = "Highway: source bytes shuffled into pairs, one multiply-add a row pair, nothing kept between rows";
  i.make = [](const Preparation& preparation) { return std::make_unique<Simd>(preparation); };
  return i;
}

}  // namespace assay::vision
#endif
