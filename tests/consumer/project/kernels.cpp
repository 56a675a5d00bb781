// SPDX-License-Identifier: Apache-2.0
#include "kernels.h"

void scale_in_blocks(const float* x, float* y, std::size_t n) {
  for (std::size_t i = 0; i < n; i += 16)
    for (std::size_t j = 0; j < 16; ++j) y[i + j] = 3.0F * x[i + j];
}
