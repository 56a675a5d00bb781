/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/boards/taps.h"

#include "workloads/tinyml/boards/rescale.h"

void assay_dot4_int8(const int8_t* x, const int8_t* w, int32_t stride, int32_t count, int32_t zero,
                     int32_t sums[4]) {
  const int8_t* w1 = w + stride;
  const int8_t* w2 = w1 + stride;
  const int8_t* w3 = w2 + stride;
  int32_t sum0 = sums[0], sum1 = sums[1], sum2 = sums[2], sum3 = sums[3];
  for (int32_t i = 0; i < count; ++i) {
    const int32_t value = x[i] - zero;
    sum0 += value * w[i];
    sum1 += value * w1[i];
    sum2 += value * w2[i];
    sum3 += value * w3[i];
  }
  sums[0] = sum0, sums[1] = sum1, sums[2] = sum2, sums[3] = sum3;
}

void assay_window4_int8(const int8_t* x, const int8_t* w, const assay_window* window, int32_t zero,
                        int32_t sums[4]) {
  int32_t sum0 = sums[0], sum1 = sums[1], sum2 = sums[2], sum3 = sums[3];
  for (int32_t i = 0; i < window->rows; ++i) {
    const int8_t* pixel = x + i * window->x_row;
    const int8_t* tap = w + i * window->w_row;
    for (int32_t j = 0; j < window->columns; ++j) {
      sum0 += (pixel[0] - zero) * tap[0];
      sum1 += (pixel[1] - zero) * tap[1];
      sum2 += (pixel[2] - zero) * tap[2];
      sum3 += (pixel[3] - zero) * tap[3];
      pixel += window->channels;
      tap += window->channels;
    }
  }
  sums[0] = sum0, sums[1] = sum1, sums[2] = sum2, sums[3] = sum3;
}

void assay_rescale4_int8(const assay_layer_int8* layer, int32_t o, const int32_t sums[4], int8_t* out) {
  for (int32_t k = 0; k < 4; ++k) out[k] = assay_rescale(layer, o + k, sums[k]);
}
