/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/kernels/int8.h"

int32_t assay_depthwise_int8_sum(const assay_layer_int8* layer, const int8_t* in, int32_t y, int32_t x,
                                 int32_t c) {
  int32_t sum = layer->bias[c];
  for (int32_t i = 0; i < layer->kernel_height; ++i) {
    const int32_t row = y * layer->stride - layer->pad_top + i;
    if (row < 0 || row >= layer->in_height) continue;
    for (int32_t j = 0; j < layer->kernel_width; ++j) {
      const int32_t column = x * layer->stride - layer->pad_left + j;
      if (column < 0 || column >= layer->in_width) continue;
      const int32_t value = in[((int64_t)row * layer->in_width + column) * layer->in_channels + c];
      sum +=
          (value - layer->in_zero) * layer->weights[(i * layer->kernel_width + j) * layer->in_channels + c];
    }
  }
  return sum;
}
