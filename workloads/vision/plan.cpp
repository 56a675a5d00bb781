// SPDX-License-Identifier: Apache-2.0
#include "workloads/vision/plan.h"

#include <algorithm>

namespace assay::vision {

namespace {

/// Byte offsets in the source row of the two bytes that value v blends.
struct Bytes {
  std::int32_t first;
  std::int32_t second;
};

Bytes bytes_of(const std::vector<Tap>& columns, int v) {
  const Tap& tap = columns[static_cast<std::size_t>(v / 3)];
  return {tap.first * 3 + v % 3, tap.second * 3 + v % 3};
}

void set_weight(ShufflePlan& plan, const std::vector<Tap>& columns, int v) {
  const int weight = columns[static_cast<std::size_t>(v / 3)].weight;
  plan.weight[static_cast<std::size_t>(v) * 2] = static_cast<std::int16_t>(weight_one - weight);
  plan.weight[static_cast<std::size_t>(v) * 2 + 1] = static_cast<std::int16_t>(weight);
}

/// Do all values fit when each run of `run` values reads one window of `window` bytes?
bool fits(const std::vector<Tap>& columns, int values, int run, int window) {
  for (int begin = 0; begin < values; begin += run) {
    const int base = bytes_of(columns, begin - begin % 3).first;
    const int last = std::min(begin + run, values) - 1;
    if (bytes_of(columns, last).second - base >= window) return false;
    if (bytes_of(columns, std::max(last - 2, begin)).second - base >= window) return false;
  }
  return true;
}

ShufflePlan allocate(int values, int windows, std::size_t groups, std::size_t group_values) {
  ShufflePlan plan;
  plan.values = values;
  plan.windows = windows;
  plan.base = Aligned<std::int32_t>(groups * static_cast<std::size_t>(windows));
  plan.index = Aligned<std::uint8_t>(groups * group_values * 4);
  plan.weight = Aligned<std::int16_t>(groups * group_values * 2);
  return plan;
}

}  // namespace

ShufflePlan make_block_plan(const std::vector<Tap>& columns) {
  const int values = static_cast<int>(columns.size()) * 3;
  const int windows = fits(columns, values, 4, 16) ? 1 : 2;
  const std::size_t groups = (static_cast<std::size_t>(values) + 7) / 8 * 2;
  ShufflePlan plan = allocate(values, windows, groups, 4);
  std::fill(plan.index.begin(), plan.index.end(), ShufflePlan::zero);
  for (int v = 0; v < values; ++v) {
    const int begin = v - v % 4;
    const auto group = static_cast<std::size_t>(begin / 4);
    const int first_pixel = begin / 3;
    const int pixel = v / 3;  // a block of 4 values covers first_pixel and the one after it
    const int base = columns[static_cast<std::size_t>(first_pixel)].first * 3;
    int at = base;
    int shift = 0;
    plan.base[group * static_cast<std::size_t>(windows)] = base;
    if (windows == 2) {
      const int second_pixel = std::min(first_pixel + 1, static_cast<int>(columns.size()) - 1);
      const int second_base = columns[static_cast<std::size_t>(second_pixel)].first * 3;
      plan.base[group * 2 + 1] = second_base;
      if (pixel != first_pixel) {
        at = second_base;
        shift = 8;
      }
    }
    const Bytes bytes = bytes_of(columns, v);
    std::uint8_t* index = plan.index.data() + static_cast<std::size_t>(v) * 4;
    index[0] = static_cast<std::uint8_t>(bytes.first - at + shift);
    index[2] = static_cast<std::uint8_t>(bytes.second - at + shift);
    set_weight(plan, columns, v);
  }
  return plan;
}

ShufflePlan make_window_plan(const std::vector<Tap>& columns) {
  const int values = static_cast<int>(columns.size()) * 3;
  int windows = 1;
  while (windows <= 4 && !fits(columns, values, 16 / windows, 64)) windows *= 2;
  if (windows > 4) return {};
  const std::size_t groups = (static_cast<std::size_t>(values) + 47) / 48 * 3;
  ShufflePlan plan = allocate(values, windows, groups, 16);
  const int run = 16 / windows;
  for (int v = 0; v < values; ++v) {
    const int begin = v - v % run;
    const int base = columns[static_cast<std::size_t>(begin / 3)].first * 3;
    plan.base[static_cast<std::size_t>(begin / run)] = base;
    const Bytes bytes = bytes_of(columns, v);
    std::uint8_t* index = plan.index.data() + static_cast<std::size_t>(v) * 4;
    index[0] = static_cast<std::uint8_t>(bytes.first - base);
    index[2] = static_cast<std::uint8_t>(bytes.second - base);
    set_weight(plan, columns, v);
  }
  return plan;
}

}  // namespace assay::vision
