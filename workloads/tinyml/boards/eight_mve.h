/* SPDX-License-Identifier: Apache-2.0 */
/* How sums of eight neighbouring outputs become int8 with MVE, for the files of this folder that use it. The
 * even ones and the odd ones are apart, as narrowing wants them. */
#ifndef ASSAY_TINYML_EIGHT_MVE_H
#define ASSAY_TINYML_EIGHT_MVE_H

#include <arm_mve.h>

#include "workloads/tinyml/kernels/int8.h"

/* A table of 24 numbers: bias, multiplier and shift, each of the four even outputs and of the four odd ones.
 * 0, and no table, where one of them is shifted left. */
static inline int assay_scales_of_eight(const assay_layer_int8* layer, int32_t o, int32_t* scales) {
  const int32x4x2_t bias = vld2q_s32(layer->bias + o), multiplier = vld2q_s32(layer->multiplier + o);
  const int32x4x2_t right = vld2q_s32(layer->shift + o);
  if (vmaxvq_s32(INT32_MIN, vmaxq_s32(right.val[0], right.val[1])) > 0) return 0;
  vst1q_s32(scales, bias.val[0]), vst1q_s32(scales + 4, bias.val[1]);
  vst1q_s32(scales + 8, multiplier.val[0]), vst1q_s32(scales + 12, multiplier.val[1]);
  vst1q_s32(scales + 16, right.val[0]), vst1q_s32(scales + 20, right.val[1]);
  return 1;
}

/* A layer's clamp less out_zero, and that. */
typedef struct assay_clamp {
  int32_t low, high, out_zero;
} assay_clamp;

static inline assay_clamp assay_clamp_of(const assay_layer_int8* layer) {
  const assay_clamp clamp = {layer->low - layer->out_zero, layer->high - layer->out_zero, layer->out_zero};
  return clamp;
}

/* assay_q_requantise() of sums without bias. */
void assay_rescale_eight(int32x4_t even, int32x4_t odd, const assay_clamp* clamp, const int32_t* scales,
                         int8_t* out);

/* The same, with both pointers moved on. With ReLU, which makes 0 of all that is negative, it does not matter
 * which way a negative half is rounded. */
static inline __attribute__((always_inline)) void assay_put_eight(int32x4_t even, int32x4_t odd,
                                                                  const assay_clamp* clamp,
                                                                  const int32_t** scales, int8_t** out) {
  if (__builtin_expect(clamp->low != 0, 0)) {
    assay_rescale_eight(even, odd, clamp, *scales, *out);
    *scales += 24, *out += 8;
    return;
  }
  int32x4_t t;
  __asm__ volatile(
      "vldrw.32 %q[t], [%[scales], #16]\n\t"
      "vadd.i32 %q[odd], %q[odd], %q[t]\n\t"
      "vldrw.32 %q[t], [%[scales], #48]\n\t"
      "vqrdmulh.s32 %q[odd], %q[odd], %q[t]\n\t"
      "vldrw.32 %q[t], [%[scales], #80]\n\t"
      "vrshl.s32 %q[odd], %q[odd], %q[t]\n\t"
      "vldrw.32 %q[t], [%[scales]], #96\n\t"
      "vadd.i32 %q[even], %q[even], %q[t]\n\t"
      "vldrw.32 %q[t], [%[scales], #-64]\n\t"
      "vqrdmulh.s32 %q[even], %q[even], %q[t]\n\t"
      "vldrw.32 %q[t], [%[scales], #-32]\n\t"
      "vrshl.s32 %q[even], %q[even], %q[t]\n\t"
      "vdup.16 %q[t], %[high]\n\t"
      "vqmovunb.s32 %q[even], %q[even]\n\t"
      "vqmovunt.s32 %q[even], %q[odd]\n\t"
      "vmin.u16 %q[even], %q[even], %q[t]\n\t"
      "vadd.i16 %q[even], %q[even], %[out_zero]\n\t"
      "vstrb.16 %q[even], [%[out]], #8"
      : [even] "+w"(even), [odd] "+w"(odd), [t] "=&w"(t), [scales] "+r"(*scales), [out] "+l"(*out)
      : [high] "r"(clamp->high), [out_zero] "r"(clamp->out_zero)
      : "memory");
}

/* Channel o of a layer by itself, as the reference computes it: one that is left over, or shifted left. */
void assay_one_channel(const assay_layer_int8* layer, const int8_t* in, int32_t o,
                       int32_t (*sum)(const assay_layer_int8*, const int8_t*, int32_t, int32_t, int32_t),
                       int8_t* out);

#endif
