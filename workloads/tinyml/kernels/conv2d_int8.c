/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/kernels/int8.h"

int32_t assay_same_size(int32_t in, int32_t stride) { return (in + stride - 1) / stride; }

int32_t assay_same_pad(int32_t in, int32_t kernel, int32_t stride) {
  const int32_t total = (assay_same_size(in, stride) - 1) * stride + kernel - in;
  return total > 0 ? total / 2 : 0;
}

int32_t assay_conv2d_int8_sum(const assay_layer_int8* layer, const int8_t* in, int32_t y, int32_t x,
                              int32_t o) {
  const int32_t channels = layer->in_channels;
  const int8_t* weights = layer->weights + (int64_t)o * layer->kernel_height * layer->kernel_width * channels;
  int32_t sum = layer->bias[o];
  for (int32_t i = 0; i < layer->kernel_height; ++i) {
    const int32_t row = y * layer->stride - layer->pad_top + i;
    if (row < 0 || row >= layer->in_height) continue;
    for (int32_t j = 0; j < layer->kernel_width; ++j) {
      const int32_t column = x * layer->stride - layer->pad_left + j;
      if (column < 0 || column >= layer->in_width) continue;
      const int8_t* pixel = in + ((int64_t)row * layer->in_width + column) * channels;
      const int8_t* taps = weights + (i * layer->kernel_width + j) * channels;
      for (int32_t c = 0; c < channels; ++c) sum += (pixel[c] - layer->in_zero) * taps[c];
    }
  }
  return sum;
}
