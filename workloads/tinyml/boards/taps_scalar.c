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

int assay_is_quick(const assay_layer_int8* layer, int32_t first, int32_t last, int32_t count) {
  (void)layer, (void)first, (void)last, (void)count;
  return 0;
}

void assay_put_scales(const assay_layer_int8* layer, int32_t channel, assay_fours* window) {
  (void)layer, (void)channel, (void)window;
}

void assay_put_column(const int8_t* values, int32_t count, int32_t zero, int32_t at, int16_t* columns) {
  for (int32_t i = 0; i < count; ++i) columns[i * assay_block + at] = (int16_t)(values[i] - zero);
}

void assay_multiply_columns(const assay_layer_int8* layer, const int16_t* columns, int32_t count, int quick,
                            int32_t pixels, int8_t* out) {
  (void)quick;
  const int32_t channels = layer->out_channels;
  const int8_t* w = layer->weights;
  for (int32_t o = 0; o < channels; ++o) {
    const int16_t* x = columns;
    int32_t sum0 = layer->bias[o], sum1 = sum0, sum2 = sum0, sum3 = sum0;
    for (const int8_t* end = w + count; w < end; x += assay_block) {
      const int32_t tap = *w++;
      sum0 += x[0] * tap;
      sum1 += x[1] * tap;
      sum2 += x[2] * tap;
      sum3 += x[3] * tap;
    }
    /* Stored last: a store might change the layer, as far as the compiler knows. */
    const int8_t first = assay_rescale(layer, o, sum0), second = assay_rescale(layer, o, sum1);
    const int8_t third = assay_rescale(layer, o, sum2), fourth = assay_rescale(layer, o, sum3);
    int8_t* to = out + o;
    to[0] = first;
    if (pixels > 1) to[channels] = second;
    if (pixels > 2) to[2 * channels] = third;
    if (pixels > 3) to[3 * channels] = fourth;
  }
}

void assay_put_fours(const int8_t* values, int32_t step, int32_t count, int32_t zero, int16_t* to) {
  for (int32_t i = 0; i < count; ++i, values += step) {
    for (int32_t k = 0; k < 4; ++k) *to++ = (int16_t)(values[k] - zero);
  }
}

/* Of four channels at one tap: the one that is `at` behind the first. */
#define TAP(at)                              \
  do {                                       \
    sum0 += pixel[at] * tap[at];             \
    sum1 += pixel[(at) + 1] * tap[(at) + 1]; \
    sum2 += pixel[(at) + 2] * tap[(at) + 2]; \
    sum3 += pixel[(at) + 3] * tap[(at) + 3]; \
  } while (0)

void assay_row4_int8(const assay_layer_int8* layer, int32_t channel, const assay_fours* window, int8_t* out) {
  for (int32_t at = 0, x = 0; x < layer->out_width;
       ++x, at += 4 * layer->stride, out += layer->out_channels) {
    const int32_t* bias = layer->bias + channel;
    const int16_t* tap = window->taps;
    int32_t sum0 = bias[0], sum1 = bias[1], sum2 = bias[2], sum3 = bias[3];
    for (int32_t i = 0; i < window->height; ++i) {
      const int16_t* pixel = window->rows[i] + at;
      if (window->width == 3) {
        TAP(0);
        TAP(4);
        TAP(8);
        tap += 12;
        continue;
      }
      for (int32_t j = 0; j < window->width; ++j, pixel += 4, tap += 4) TAP(0);
    }
    const int32_t sums[4] = {sum0, sum1, sum2, sum3};
    assay_rescale4_int8(layer, channel, sums, out);
  }
}

void assay_rescale4_int8(const assay_layer_int8* layer, int32_t o, const int32_t sums[4], int8_t* out) {
  /* Stored last: a store might change the layer, as far as the compiler knows. */
  const int8_t first = assay_rescale(layer, o, sums[0]), second = assay_rescale(layer, o + 1, sums[1]);
  const int8_t third = assay_rescale(layer, o + 2, sums[2]), fourth = assay_rescale(layer, o + 3, sums[3]);
  out[0] = first, out[1] = second, out[2] = third, out[3] = fourth;
}
