// SPDX-License-Identifier: Apache-2.0
// What the paths of Arm's dot products share, 128 bits. Included by one file for each instruction set, which
// is compiled for it.
#pragma once

#include <arm_neon.h>

#include "workloads/tinyml/simd/task.h"

namespace assay::tinyml {
namespace {

struct Channel {
  int32x4_t multiplier, left, right;  ///< right: negative, as VRSHL has it
};

Channel channel_at(const ConvTask& t, int c) {
  return {vld1q_s32(t.multiplier + c), vld1q_s32(t.left + c), vnegq_s32(vld1q_s32(t.right + c))};
}

/// assay_q_multiply for 4 lanes. VQRDMULH is the doubling high product rounded up at a tie, which saturates
/// for two smallest integers alone (a multiplier is none); VRSHL rounds up at a tie, too, where a negative
/// number has to go down: it has one less before.
inline int32x4_t multiply(int32x4_t x, const Channel& v) {
  x = vqrdmulhq_s32(vshlq_s32(x, v.left), v.multiplier);
  x = vqaddq_s32(x, vshrq_n_s32(vandq_s32(x, v.right), 31));
  return vrshlq_s32(x, v.right);
}

/// Requantises and stores the sums of 16 channels of the pixels.
template <int Count>
void finish(const ConvTask& t, const Pixels<Count>& p, int c, const int32x4_t (&sum)[Count][4]) {
  const int32x4_t low = vdupq_n_s32(t.low);
  const int32x4_t high = vdupq_n_s32(t.high);
  const int32x4_t zero = vdupq_n_s32(t.zero);
  const uint8x16_t flip = vdupq_n_u8(t.flip);
  const int valid = t.channels - c < block_channels ? t.channels - c : block_channels;
  const Channel v[4] = {channel_at(t, c), channel_at(t, c + 4), channel_at(t, c + 8), channel_at(t, c + 12)};
  for (int m = 0; m < p.valid; ++m) {
    int16x4_t y[4];
    for (int k = 0; k < 4; ++k) {
      y[k] = vmovn_s32(vaddq_s32(vminq_s32(vmaxq_s32(multiply(sum[m][k], v[k]), low), high), zero));
    }
    const int8x16_t packed =
        vcombine_s8(vmovn_s16(vcombine_s16(y[0], y[1])), vmovn_s16(vcombine_s16(y[2], y[3])));
    const uint8x16_t bytes = veorq_u8(vreinterpretq_u8_s8(packed), flip);
    if (valid == block_channels) {
      vst1q_u8(p.out[m] + c, bytes);
    } else {
      std::uint8_t last[block_channels];
      vst1q_u8(last, bytes);
      for (int i = 0; i < valid; ++i) p.out[m][c + i] = last[i];
    }
  }
}

/// Sums of 16 channels of `Count` pixels. Step::add adds the products of four bytes, in every lane of `four`,
/// and of four channels' weights.
template <typename Step, int Count>
void tile(const ConvTask& t, const Pixels<Count>& p, int block) {
  const int c = block * block_channels;
  const auto* weights = static_cast<const std::int8_t*>(t.weights) + block * t.block_step;
  int32x4_t sum[Count][4];
  for (int m = 0; m < Count; ++m) {
    for (int k = 0; k < 4; ++k) sum[m][k] = vld1q_s32(t.bias + c + 4 * k);
  }
  for (int r = 0; r < t.rows; ++r) {
    for (int s = 0; s < t.steps; ++s) {
      int8x16_t w[4];
      for (int k = 0; k < 4; ++k) w[k] = vld1q_s8(weights + 16 * k);
      weights += 64;
      for (int m = 0; m < Count; ++m) {
        std::uint32_t four;
        __builtin_memcpy(&four, p.window[m] + r * t.row_step + s * 4, 4);
        for (int k = 0; k < 4; ++k) sum[m][k] = Step::add(sum[m][k], vdupq_n_u32(four), w[k]);
      }
    }
  }
  finish<Count>(t, p, c, sum);
}

/// 24 accumulators, four vectors of weights and one of bytes: 29 of 32 registers.
template <typename Step>
void conv(const ConvTask& t) {
  constexpr int count = 6;
  for (int block = 0; block < t.blocks; ++block) {
    for (std::ptrdiff_t at = t.begin; at < t.end; at += count) {
      tile<Step, count>(t, pixels_at<count>(t, at), block);
    }
  }
}

}  // namespace
}  // namespace assay::tinyml
