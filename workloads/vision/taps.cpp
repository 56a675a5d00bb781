// SPDX-License-Identifier: Apache-2.0
#include "workloads/vision/taps.h"

#include <algorithm>

namespace assay::vision {

std::vector<Tap> bilinear_taps(int in, int out) {
  std::vector<Tap> taps(static_cast<std::size_t>(out));
  const std::int64_t denominator = 2 * static_cast<std::int64_t>(out);
  for (int i = 0; i < out; ++i) {
    Tap& tap = taps[static_cast<std::size_t>(i)];
    const std::int64_t numerator = (2 * static_cast<std::int64_t>(i) + 1) * in - out;
    if (numerator < 0) {
      tap = {0, std::min(1, in - 1), 0};
      continue;
    }
    const std::int64_t first = numerator / denominator;
    if (first >= in - 1) {
      tap = {in - 1, in - 1, 0};
      continue;
    }
    const std::int64_t rest = numerator - first * denominator;
    tap.first = static_cast<std::int32_t>(first);
    tap.second = tap.first + 1;
    tap.weight = static_cast<std::int32_t>((rest * weight_one + out) / denominator);
  }
  return taps;
}

int touched(const std::vector<Tap>& taps) {
  int count = 0;
  std::int32_t last = -1;  // taps ascend, so a position is new when it lies behind the last one counted
  for (const Tap& tap : taps) {
    const auto visit = [&](std::int32_t position, std::int32_t weight) {
      if (weight == 0 || position <= last) return;
      ++count;
      last = position;
    };
    visit(tap.first, weight_one - tap.weight);
    visit(tap.second, tap.weight);
  }
  return count;
}

}  // namespace assay::vision
