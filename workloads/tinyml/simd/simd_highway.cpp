// SPDX-License-Identifier: Apache-2.0
// For every target that Highway knows; i32 lanes hold channels.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "workloads/tinyml/simd/simd_highway.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "workloads/tinyml/kernels/quantise.h"
#include "workloads/tinyml/simd/task.h"

HWY_BEFORE_NAMESPACE();
namespace assay::tinyml {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D32 = hn::CappedTag<std::int32_t, block_channels>;
using D8 = hn::Rebind<std::int8_t, D32>;
using DU8 = hn::Rebind<std::uint8_t, D32>;
using D16 = hn::Rebind<std::int16_t, D32>;
using V32 = hn::Vec<D32>;

/// assay_q_multiply, lane by lane, with the parameters of channels c, c + 1, ...
HWY_INLINE V32 multiply(const ConvTask& t, int c, V32 x) {
  const D32 d;
#if HWY_TARGET == HWY_SCALAR  // one lane, and no wider one to multiply in
  return hn::Set(d,
                 assay_q_multiply(hn::GetLane(x), t.multiplier[c], t.left[c] > 0 ? t.left[c] : -t.right[c]));
#else
  const hn::RepartitionToWide<D32> d64;
  const hn::Repartition<std::uint64_t, D32> du64;
  const V32 multiplier = hn::LoadU(d, t.multiplier + c);
  const V32 right = hn::LoadU(d, t.right + c);
  x = hn::Shl(x, hn::LoadU(d, t.left + c));
  const auto nudge = hn::Set(d64, std::int64_t{1} << 30);
  const auto upper = [&](V32 v) { return hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(du64, v))); };
  const auto even = hn::Add(hn::MulEven(x, multiplier), nudge);
  const auto odd = hn::Add(hn::MulEven(upper(x), upper(multiplier)), nudge);
  x = hn::OddEven(hn::BitCast(d, hn::ShiftLeft<1>(odd)),
                  hn::BitCast(d, hn::ShiftRight<31>(hn::BitCast(du64, even))));
  const V32 mask = hn::Sub(hn::Shl(hn::Set(d, 1), right), hn::Set(d, 1));
  const V32 negative = hn::ShiftRight<31>(x);
  const V32 threshold = hn::Sub(hn::ShiftRight<1>(mask), negative);
  const auto up = hn::VecFromMask(d, hn::Gt(hn::And(x, mask), threshold));
  return hn::Sub(hn::Shr(x, right), up);
#endif
}

HWY_INLINE void finish(const ConvTask& t, int c, V32 sum, std::uint8_t* out) {
  const D32 d;
  const D8 d8;
  V32 y = hn::Min(hn::Max(multiply(t, c, sum), hn::Set(d, t.low)), hn::Set(d, t.high));
  y = hn::Add(y, hn::Set(d, t.zero));
  const auto bytes = hn::Xor(hn::DemoteTo(d8, y), hn::Set(d8, static_cast<std::int8_t>(t.flip)));
  const int lanes = static_cast<int>(hn::Lanes(d));
  if (t.channels - c >= lanes) {
    hn::StoreU(bytes, d8, reinterpret_cast<std::int8_t*>(out + c));
    return;
  }
  std::int8_t last[block_channels] = {};
  hn::StoreU(bytes, d8, last);
  for (int i = 0; i < t.channels - c; ++i) out[c + i] = static_cast<std::uint8_t>(last[i]);
}

void conv(const ConvTask& t) {
  const D32 d;
  const D8 d8;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int c = 0; c < t.channels; c += lanes) {
    const auto* block =
        static_cast<const std::int8_t*>(t.weights) + c / block_channels * t.block_step + c % block_channels;
    for (std::ptrdiff_t at = t.begin; at < t.end; at += 4) {
      const Pixels<4> p = pixels_at<4>(t, at);
      const V32 bias = hn::LoadU(d, t.bias + c);
      V32 sum0 = bias, sum1 = bias, sum2 = bias, sum3 = bias;
      const std::int8_t* weights = block;
      for (int r = 0; r < t.rows; ++r) {
        for (int s = 0; s < t.steps; ++s) {
          const V32 w = hn::PromoteTo(d, hn::LoadU(d8, weights));
          weights += block_channels;
          const std::ptrdiff_t tap = r * t.row_step + s;
          sum0 = hn::Add(hn::Mul(w, hn::Set(d, p.window[0][tap])), sum0);
          sum1 = hn::Add(hn::Mul(w, hn::Set(d, p.window[1][tap])), sum1);
          sum2 = hn::Add(hn::Mul(w, hn::Set(d, p.window[2][tap])), sum2);
          sum3 = hn::Add(hn::Mul(w, hn::Set(d, p.window[3][tap])), sum3);
        }
      }
      finish(t, c, sum0, p.out[0]);
      if (p.valid > 1) finish(t, c, sum1, p.out[1]);
      if (p.valid > 2) finish(t, c, sum2, p.out[2]);
      if (p.valid > 3) finish(t, c, sum3, p.out[3]);
    }
  }
}

void depthwise(const ConvTask& t) {
  const D32 d;
  const D16 d16;
  const DU8 du8;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const std::ptrdiff_t stored = std::ptrdiff_t{t.blocks} * block_channels;  // channels between two taps
  for (std::ptrdiff_t at = t.begin; at < t.end; ++at) {
    const Pixels<1> p = pixels_at<1>(t, at);
    for (int c = 0; c < t.channels; c += lanes) {
      V32 sum = hn::LoadU(d, t.bias + c);
      const auto* weights = static_cast<const std::int16_t*>(t.weights) + c;
      for (int r = 0; r < t.rows; ++r) {
        for (int s = 0; s < t.steps; ++s) {
          const V32 x =
              hn::PromoteTo(d, hn::LoadU(du8, p.window[0] + r * t.row_step + s * t.column_step + c));
          sum = hn::Add(hn::Mul(x, hn::PromoteTo(d, hn::LoadU(d16, weights))), sum);
          weights += stored;
        }
      }
      finish(t, c, sum, p.out[0]);
    }
  }
}

const char* target() { return hwy::TargetName(HWY_TARGET); }
std::size_t vector_bytes() { return hn::Lanes(hn::ScalableTag<std::uint8_t>()); }

}  // namespace HWY_NAMESPACE
}  // namespace assay::tinyml
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::tinyml {
HWY_EXPORT(conv);
HWY_EXPORT(depthwise);
HWY_EXPORT(target);
HWY_EXPORT(vector_bytes);
void conv_highway(const ConvTask& task) { HWY_DYNAMIC_DISPATCH(conv)(task); }
void depthwise_highway(const ConvTask& task) { HWY_DYNAMIC_DISPATCH(depthwise)(task); }
const char* highway_target() { return HWY_DYNAMIC_DISPATCH(target)(); }
std::size_t highway_vector_bytes() { return HWY_DYNAMIC_DISPATCH(vector_bytes)(); }
}  // namespace assay::tinyml
#endif
