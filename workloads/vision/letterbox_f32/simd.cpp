// SPDX-License-Identifier: Apache-2.0
#include <hwy/base.h>
#include <algorithm>

#include "workloads/support/isa.h"
#include "workloads/vision/letterbox_f32/letterbox.h"
#include "workloads/vision/plan.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "workloads/vision/letterbox_f32/simd.cpp"
#define HWY_WANT_AVX3_DL
#include <hwy/foreach_target.h>

#include "workloads/vision/bilinear-inl.h"

HWY_BEFORE_NAMESPACE();
namespace assay::vision {
namespace HWY_NAMESPACE {

std::string letterbox_isa() {
  return isa_name(hwy::TargetName(HWY_TARGET), hn::Lanes(hn::ScalableTag<std::uint8_t>()));
}
bool letterbox_wants_windows() { return uses_windows; }

constexpr float sum_to_unit = static_cast<float>(1.0 / (4194304.0 * 255.0));

#if ASSAY_VISION_WINDOWS

/// Which of 48 interleaved values (three vectors) are channel c of 16 pixels: taken from the first two
/// vectors, then those that only the third has put in.
struct Split {
  alignas(64) std::int32_t from_two[16];
  alignas(64) std::int32_t with_third[16];
};

constexpr Split make_split(int channel) {
  Split split{};
  for (int i = 0; i < 16; ++i) {
    const int at = 3 * i + channel;
    split.from_two[i] = at < 32 ? at : 0;
    split.with_third[i] = at < 32 ? i : 16 + at - 32;
  }
  return split;
}

inline constexpr Split splits[3] = {make_split(0), make_split(1), make_split(2)};

/// Three groups of 16 values are 16 pixels: they are split into planes while still in registers.
template <int windows, bool one_row>
HWY_INLINE void window_planes_of(const ShufflePlan& plan, const RowPair& rows, const RowPlanes& planes) {
  const __m512 scale = _mm512_set1_ps(sum_to_unit);
  const auto unit = [&](int v) HWY_ATTR {
    return _mm512_mul_ps(_mm512_cvtepi32_ps(window_sums<windows, one_row>(plan, rows, v)), scale);
  };
  float* const outputs[3] = {planes.blue, planes.green, planes.red};
  const int pixels = plan.values / 3;
  for (int x = 0; x < pixels; x += 16) {
    const int left = pixels - x;
    const auto stored = left >= 16 ? __mmask16{0xFFFF} : static_cast<__mmask16>((1u << left) - 1u);
    const __m512 first = unit(3 * x);
    const __m512 second = unit(3 * x + 16);
    const __m512 third = unit(3 * x + 32);
    for (int c = 0; c < 3; ++c) {
      const __m512 two = _mm512_permutex2var_ps(first, _mm512_load_si512(splits[c].from_two), second);
      const __m512 all = _mm512_permutex2var_ps(two, _mm512_load_si512(splits[c].with_third), third);
      _mm512_mask_storeu_ps(outputs[c] + x, stored, all);
    }
  }
}

HWY_INLINE void window_planes(const ShufflePlan& plan, const RowPair& rows, const RowPlanes& planes) {
  with_windows(plan, rows, [&](auto windows, auto one_row) HWY_ATTR {
    window_planes_of<decltype(windows)::value, decltype(one_row)::value>(plan, rows, planes);
  });
}

#endif  // ASSAY_VISION_WINDOWS

/// One picture row: `line` is scratch for its interleaved values, `planes` where its red, green and blue go.
void letterbox_row(const ShufflePlan& plan, bool windows, const RowSource& source, float* line,
                   const RowPlanes& planes) {
  const RowPair rows{source.upper, source.lower, source.weight};
#if ASSAY_VISION_WINDOWS
  if (windows) {
    window_planes(plan, rows, planes);
    return;
  }
#endif
  (void)windows;
  block_rows(plan, rows, [&](int v, hn::Vec<D32> sums) HWY_ATTR {
    const hn::RebindToFloat<D32> df;
    hn::Store(hn::Mul(hn::ConvertTo(df, sums), hn::Set(df, sum_to_unit)), df, line + v);
  });

  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto pixels = static_cast<std::size_t>(plan.values / 3);
  std::size_t x = 0;
  for (; x + lanes <= pixels; x += lanes) {
    hn::Vec<decltype(d)> blue;
    hn::Vec<decltype(d)> green;
    hn::Vec<decltype(d)> red;
    hn::LoadInterleaved3(d, line + 3 * x, blue, green, red);
    hn::StoreU(red, d, planes.red + x);
    hn::StoreU(green, d, planes.green + x);
    hn::StoreU(blue, d, planes.blue + x);
  }
  for (; x < pixels; ++x) {
    planes.blue[x] = line[3 * x];
    planes.green[x] = line[3 * x + 1];
    planes.red[x] = line[3 * x + 2];
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::vision
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::vision {

namespace {

HWY_EXPORT(letterbox_isa);
HWY_EXPORT(letterbox_wants_windows);
HWY_EXPORT(letterbox_row);

class Simd final : public LetterboxInstance {
 public:
  explicit Simd(const Preparation& preparation)
      : LetterboxInstance(preparation), isa_(HWY_DYNAMIC_DISPATCH(letterbox_isa)()) {
    if (HWY_DYNAMIC_DISPATCH(letterbox_wants_windows)()) plan_ = make_window_plan(problem_.columns);
    windows_ = plan_.windows != 0;
    if (!windows_) plan_ = make_block_plan(problem_.columns);
    line_length_ = (static_cast<std::size_t>(plan_.values) + 15) / 16 * 16;
    lines_ = Aligned<float>(line_length_ * static_cast<std::size_t>(pool_ == nullptr ? 1 : pool_->size()));
  }

  void call() override {
    if (pool_ == nullptr) {
      picture(0, problem_.rows.size(), lines_.data());
      border(0, border_rows());
      return;
    }
    pool_->run([&](int index) {
      const auto [begin, end] = pool_->share(problem_.rows.size(), index);
      picture(begin, end, lines_.data() + static_cast<std::size_t>(index) * line_length_);
      const auto [first, last] = pool_->share(border_rows(), index);
      border(first, last);
    });
  }

  std::size_t resident_bytes() const override {
    return LetterboxInstance::resident_bytes() + plan_.bytes() + lines_.bytes();
  }
  std::string isa() const override { return isa_; }

 private:
  static constexpr float pad = static_cast<float>(pad_level / 255.0);

  /// Rows of all three planes that hold no picture.
  std::size_t border_rows() const {
    return 3 * static_cast<std::size_t>(problem_.out_height - problem_.placement.height);
  }

  void picture(std::size_t begin, std::size_t end, float* line) {
    const auto row_kernel = HWY_DYNAMIC_DISPATCH(letterbox_row);
    for (std::size_t i = begin; i < end; ++i) {
      const Tap& tap = problem_.rows[i];
      const int y = problem_.placement.top + static_cast<int>(i);
      const int left = problem_.placement.left;
      row_kernel(plan_, windows_,
                 {problem_.source.row(tap.first), problem_.source.row(tap.second), tap.weight}, line,
                 {out_row(0, y) + left, out_row(1, y) + left, out_row(2, y) + left});
      if (problem_.placement.width == problem_.out_width) continue;
      for (int p = 0; p < 3; ++p) {
        std::fill(out_row(p, y), out_row(p, y) + left, pad);
        std::fill(out_row(p, y) + left + problem_.placement.width, out_row(p, y) + problem_.out_width, pad);
      }
    }
  }

  void border(std::size_t begin, std::size_t end) {
    const int plane_rows = problem_.out_height - problem_.placement.height;
    for (std::size_t i = begin; i < end; ++i) {
      const int plane = static_cast<int>(i) / plane_rows;
      int y = static_cast<int>(i) % plane_rows;
      if (y >= problem_.placement.top) y += problem_.placement.height;
      std::fill(out_row(plane, y), out_row(plane, y) + problem_.out_width, pad);
    }
  }

  ShufflePlan plan_;
  bool windows_ = false;
  std::string isa_;
  std::size_t line_length_ = 0;
  Aligned<float> lines_;  ///< one line of interleaved values for each member of the pool
};

}  // namespace

Implementation letterbox_simd() {
  Implementation i;
  i.name = "simd";
  i.accuracy = "float";
  i.doc = "Highway: scale, convert, swap and split in one pass over the source";
  i.make = [](const Preparation& preparation) { return std::make_unique<Simd>(preparation); };
  return i;
}

}  // namespace assay::vision
#endif
