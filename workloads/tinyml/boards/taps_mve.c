/* SPDX-License-Identifier: Apache-2.0 */
/* Armv8.1-M with MVE (Helium): 16 products of 8 bits an instruction. The zero point is taken out by the sum
 * of the weights: sum (x - zero) * w = sum x * w - zero * sum w. */
#include <arm_mve.h>

#include "workloads/tinyml/boards/taps.h"

void assay_dot4_int8(const int8_t* x, const int8_t* w, int32_t stride, int32_t count, int32_t zero,
                     int32_t sums[4]) {
  const int8_t* w1 = w + stride;
  const int8_t* w2 = w1 + stride;
  const int8_t* w3 = w2 + stride;
  int32_t sum0 = sums[0], sum1 = sums[1], sum2 = sums[2], sum3 = sums[3];
  int32_t weights0 = 0, weights1 = 0, weights2 = 0, weights3 = 0;
  for (int32_t i = 0; i < count; i += 16) {
    const mve_pred16_t in_range = vctp8q((uint32_t)(count - i));
    const int8x16_t values = vldrbq_z_s8(x + i, in_range);
    const int8x16_t taps0 = vldrbq_z_s8(w + i, in_range);
    const int8x16_t taps1 = vldrbq_z_s8(w1 + i, in_range);
    const int8x16_t taps2 = vldrbq_z_s8(w2 + i, in_range);
    const int8x16_t taps3 = vldrbq_z_s8(w3 + i, in_range);
    sum0 = vmladavaq_s8(sum0, values, taps0);
    sum1 = vmladavaq_s8(sum1, values, taps1);
    sum2 = vmladavaq_s8(sum2, values, taps2);
    sum3 = vmladavaq_s8(sum3, values, taps3);
    weights0 = vaddvaq_s8(weights0, taps0);
    weights1 = vaddvaq_s8(weights1, taps1);
    weights2 = vaddvaq_s8(weights2, taps2);
    weights3 = vaddvaq_s8(weights3, taps3);
  }
  sums[0] = sum0 - zero * weights0;
  sums[1] = sum1 - zero * weights1;
  sums[2] = sum2 - zero * weights2;
  sums[3] = sum3 - zero * weights3;
}

int assay_is_quick(const assay_layer_int8* layer, int32_t first, int32_t last, int32_t count) {
  (void)layer, (void)first, (void)last, (void)count;
  return 0;
}

void assay_put_scales(const assay_layer_int8* layer, int32_t channel, assay_fours* window) {
  (void)layer, (void)channel, (void)window;
}

/* Columns of int8, one after another. */
void assay_put_column(const int8_t* values, int32_t count, int32_t zero, int32_t at, int16_t* columns) {
  (void)zero;
  int8_t* to = (int8_t*)columns + at * ((count + 15) / 16 * 16);
  for (int32_t i = 0; i < count; i += 16) {
    const mve_pred16_t in_range = vctp8q((uint32_t)(count - i));
    vst1q_s8(to + i, vldrbq_z_s8(values + i, in_range));
  }
}

/* As assay_q_requantise, of four sums of one output: see assay_rescale4_int8(). */
static inline int32x4_t rescale(int32x4_t sums, int32_t multiplier, int32_t shift,
                                const assay_layer_int8* layer) {
  int32x4_t x = shift > 0 ? vshlq_r_s32(sums, shift) : sums;
  x = vqrdmulhq_n_s32(x, multiplier);
  if (shift < 0) x = vrshlq_n_s32(vaddq_s32(x, vshrq_n_s32(x, 31)), shift);
  x = vmaxq_s32(x, vdupq_n_s32(layer->low - layer->out_zero));
  x = vminq_s32(x, vdupq_n_s32(layer->high - layer->out_zero));
  return vaddq_n_s32(x, layer->out_zero);
}

void assay_multiply_columns(const assay_layer_int8* layer, const int16_t* columns, int32_t count, int quick,
                            int32_t pixels, int8_t* out) {
  (void)quick;
  const int32_t zero = layer->in_zero;
  const int32_t channels = layer->out_channels;
  const int32_t row = (count + 15) / 16 * 16;
  const int32_t whole = count / 16 * 16;
  const int8_t* w = layer->weights;
  const int8_t* const x0 = (const int8_t*)columns;
  const int8_t* const x1 = x0 + row;
  const int8_t* const x2 = x1 + row;
  const int8_t* const x3 = x2 + row;
  const uint32x4_t places = vmulq_n_u32(vidupq_n_u32(0, 1), (uint32_t)channels);
  const mve_pred16_t stored = vctp32q((uint32_t)pixels);
  const mve_pred16_t rest = vctp8q((uint32_t)(count - whole));
  for (int32_t o = 0; o < channels; ++o, w += count) {
    int32_t sum0 = layer->bias[o], sum1 = sum0, sum2 = sum0, sum3 = sum0;
    int32_t weights = 0;
    for (int32_t i = 0; i < whole; i += 16) {
      const int8x16_t taps = vld1q_s8(w + i);
      weights = vaddvaq_s8(weights, taps);
      sum0 = vmladavaq_s8(sum0, vld1q_s8(x0 + i), taps);
      sum1 = vmladavaq_s8(sum1, vld1q_s8(x1 + i), taps);
      sum2 = vmladavaq_s8(sum2, vld1q_s8(x2 + i), taps);
      sum3 = vmladavaq_s8(sum3, vld1q_s8(x3 + i), taps);
    }
    if (whole < count) {
      const int8x16_t taps = vldrbq_z_s8(w + whole, rest);
      weights = vaddvaq_s8(weights, taps);
      sum0 = vmladavaq_s8(sum0, vld1q_s8(x0 + whole), taps);
      sum1 = vmladavaq_s8(sum1, vld1q_s8(x1 + whole), taps);
      sum2 = vmladavaq_s8(sum2, vld1q_s8(x2 + whole), taps);
      sum3 = vmladavaq_s8(sum3, vld1q_s8(x3 + whole), taps);
    }
    int32x4_t sums = vdupq_n_s32(sum0 - zero * weights);
    sums = vsetq_lane_s32(sum1 - zero * weights, sums, 1);
    sums = vsetq_lane_s32(sum2 - zero * weights, sums, 2);
    sums = vsetq_lane_s32(sum3 - zero * weights, sums, 3);
    vstrbq_scatter_offset_p_s32(out + o, places, rescale(sums, layer->multiplier[o], layer->shift[o], layer),
                                stored);
  }
}

void assay_put_fours(const int8_t* values, int32_t step, int32_t count, int32_t zero, int16_t* to) {
  for (int32_t i = 0; i < count; ++i, values += step, to += 4)
    vstrhq_s32(to, vsubq_n_s32(vldrbq_s32(values), zero));
}

/* As assay_q_requantise, of four: the left shift wraps, VQRDMULH is the doubling high product (no multiplier
 * is negative, so nothing saturates), and one less of what is negative makes the rounding shift round half
 * away from zero. */
static inline int32x4_t rescale4(const assay_layer_int8* layer, int32_t o, int32x4_t sums) {
  const int32x4_t shift = vld1q_s32(layer->shift + o);
  const int32x4_t none = vdupq_n_s32(0);
  const int32x4_t right = vminq_s32(shift, none);
  int32x4_t x = vshlq_s32(sums, vmaxq_s32(shift, none));
  x = vqrdmulhq_s32(x, vld1q_s32(layer->multiplier + o));
  x = vrshlq_s32(vaddq_s32(x, vshrq_n_s32(vandq_s32(x, right), 31)), right);
  x = vmaxq_s32(x, vdupq_n_s32(layer->low - layer->out_zero));
  x = vminq_s32(x, vdupq_n_s32(layer->high - layer->out_zero));
  return vaddq_n_s32(x, layer->out_zero);
}

static inline int32x4_t add_tap(int32x4_t sum, const int16_t* pixel, const int16_t* tap) {
  return vaddq_s32(sum, vmulq_s32(vldrhq_s32(pixel), vldrhq_s32(tap)));
}

/* A window of 3x3. */
static void row3x3(const assay_layer_int8* layer, int32_t channel, const assay_fours* window, int8_t* out) {
  const int32_t channels = layer->out_channels;
  const int32_t step = 4 * layer->stride;
  const int16_t *row0 = window->rows[0], *row1 = window->rows[1], *row2 = window->rows[2];
  const int16_t* const taps = window->taps;
  for (const int8_t* const end = out + layer->out_width * channels; out < end; out += channels) {
    int32x4_t sum = vld1q_s32(layer->bias + channel);
    sum = add_tap(add_tap(add_tap(sum, row0, taps), row0 + 4, taps + 4), row0 + 8, taps + 8);
    sum = add_tap(add_tap(add_tap(sum, row1, taps + 12), row1 + 4, taps + 16), row1 + 8, taps + 20);
    sum = add_tap(add_tap(add_tap(sum, row2, taps + 24), row2 + 4, taps + 28), row2 + 8, taps + 32);
    row0 += step, row1 += step, row2 += step;
    vstrbq_s32(out, rescale4(layer, channel, sum));
  }
}

void assay_row4_int8(const assay_layer_int8* layer, int32_t channel, const assay_fours* window, int8_t* out) {
  if (window->height == 3 && window->width == 3) {
    row3x3(layer, channel, window, out);
    return;
  }
  for (int32_t at = 0, x = 0; x < layer->out_width;
       ++x, at += 4 * layer->stride, out += layer->out_channels) {
    const int16_t* tap = window->taps;
    int32x4_t sum = vld1q_s32(layer->bias + channel);
    for (int32_t i = 0; i < window->height; ++i) {
      const int16_t* pixel = window->rows[i] + at;
      for (int32_t j = 0; j < window->width; ++j, pixel += 4, tap += 4) sum = add_tap(sum, pixel, tap);
    }
    vstrbq_s32(out, rescale4(layer, channel, sum));
  }
}

void assay_rescale4_int8(const assay_layer_int8* layer, int32_t o, const int32_t sums[4], int8_t* out) {
  vstrbq_s32(out, rescale4(layer, o, vld1q_s32(sums)));
}
