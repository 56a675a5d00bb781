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

void assay_window4_int8(const int8_t* x, const int8_t* w, const assay_window* window, int32_t zero,
                        int32_t sums[4]) {
  int32x4_t sum = vld1q_s32(sums);
  for (int32_t i = 0; i < window->rows; ++i) {
    const int8_t* pixel = x + i * window->x_row;
    const int8_t* tap = w + i * window->w_row;
    for (int32_t j = 0; j < window->columns; ++j) {
      sum = vaddq_s32(sum, vmulq_s32(vsubq_n_s32(vldrbq_s32(pixel), zero), vldrbq_s32(tap)));
      pixel += window->channels;
      tap += window->channels;
    }
  }
  vst1q_s32(sums, sum);
}

/* As assay_q_requantise, of four: the left shift wraps, VQRDMULH is the doubling high product (no multiplier
 * is negative, so nothing saturates), and one less of what is negative makes the rounding shift round half
 * away from zero. */
void assay_rescale4_int8(const assay_layer_int8* layer, int32_t o, const int32_t sums[4], int8_t* out) {
  const int32x4_t shift = vld1q_s32(layer->shift + o);
  const int32x4_t none = vdupq_n_s32(0);
  const int32x4_t right = vminq_s32(shift, none);
  int32x4_t x = vshlq_s32(vld1q_s32(sums), vmaxq_s32(shift, none));
  x = vqrdmulhq_s32(x, vld1q_s32(layer->multiplier + o));
  x = vrshlq_s32(vaddq_s32(x, vshrq_n_s32(vandq_s32(x, right), 31)), right);
  x = vmaxq_s32(x, vdupq_n_s32(layer->low - layer->out_zero));
  x = vminq_s32(x, vdupq_n_s32(layer->high - layer->out_zero));
  vstrbq_s32(out, vaddq_n_s32(x, layer->out_zero));
}
