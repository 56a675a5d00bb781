// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/vision/taps.h"

namespace assay::vision {

/// Bilinear sum, times 2^22, of one channel of an image u8[height][width][3] (taps.h).
__device__ inline unsigned bilinear(const unsigned char* image, std::size_t width, const Tap& column,
                                    const Tap& row, int channel) {
  const auto across = [&](int y) {
    const unsigned char* line = image + static_cast<std::size_t>(y) * width * 3 + channel;
    return static_cast<unsigned>(__ldg(line + 3 * column.first) * (weight_one - column.weight) +
                                 __ldg(line + 3 * column.second) * column.weight);
  };
  return across(row.first) * static_cast<unsigned>(weight_one - row.weight) +
         across(row.second) * static_cast<unsigned>(row.weight);
}

}  // namespace assay::vision
