// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "workloads/support/aligned.h"
#include "workloads/vision/taps.h"

namespace assay::vision {

/// The horizontal taps of a row of interleaved three-channel pixels, laid out for byte shuffles. The output
/// row is taken as 3 * out_width channel values, in groups; each group reads bytes of a few short windows of
/// the source row. Its two source bytes a value come out of a shuffle as a pair of 16-bit integers, which one
/// multiply-add turns into value = first * (2048 - weight) + second * weight in 32 bits.
///
/// Groups behind the last value have weight 0, so a kernel may compute whole vectors (and must not store
/// them).
struct ShufflePlan {
  int values = 0;                ///< 3 * out_width
  int windows = 0;               ///< a group; see the two makers
  Aligned<std::int32_t> base;    ///< [groups][windows]: byte offset of each window in the source row
  Aligned<std::uint8_t> index;   ///< [groups][4 * values a group]: which byte; `zero` makes a zero byte
  Aligned<std::int16_t> weight;  ///< [groups][2 * values a group]: pairs (2048 - weight, weight)

  static constexpr std::uint8_t zero = 0x80;
  std::size_t bytes() const { return base.bytes() + index.bytes() + weight.bytes(); }
};

/// Groups of 4 values, one 16-byte block each. windows = 1: the block is 16 bytes from base[0]. windows = 2:
/// 8 bytes from base[0], then 8 from base[1]. Works for every scale; the number of groups is even.
ShufflePlan make_block_plan(const std::vector<Tap>& columns);

/// Groups of 16 values. windows = 1, 2 or 4: value v of a group reads from the 64 bytes at base[v * windows /
/// 16]. Index bytes are 0..63 and count from that base; zeroing is the kernel's. windows = 0 when the scale
/// is too large (above about 19): use the block plan.
ShufflePlan make_window_plan(const std::vector<Tap>& columns);

}  // namespace assay::vision
