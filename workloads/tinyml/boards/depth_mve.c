/* SPDX-License-Identifier: Apache-2.0 */
/* Depthwise layers with MVE, eight channels at once, from the inputs as they lie. */
#include <arm_mve.h>

#include "workloads/tinyml/boards/eight_mve.h"
#include "workloads/tinyml/boards/taps.h"

/* Eight neighbouring channels of a depthwise layer, the even ones and the odd ones apart: products are
 * widened that way. */
typedef struct eight {
  const int8_t* weights; /* of the first of them */
  int32_t scales[24];
  int32_t whole[24];   /* of a window within the image: the zero point times all taps is in the bias */
  int16_t taps[9 * 8]; /* both of windows of 3x3 alone */
  assay_clamp clamp;
} eight;

/* Of windows of 3x3 that are `moved` pixels left of where they should be, because they would reach beyond an
 * end of the image: their taps are moved the other way, and are 0 where nothing is left. */
static __attribute__((cold, noinline)) void put_whole(const assay_layer_int8* layer, int32_t moved,
                                                      eight* e) {
  int16x8_t all = vdupq_n_s16(0);
  int16_t* to = e->taps;
  for (int32_t i = 0; i < 3; ++i) {
    for (int32_t j = -moved; j < 3 - moved; ++j, to += 8) {
      const int16x8_t tap =
          j >= 0 && j < 3 ? vldrbq_s16(e->weights + (3 * i + j) * layer->in_channels) : vdupq_n_s16(0);
      vst1q_s16(to, tap);
      all = vaddq_s16(all, tap);
    }
  }
  for (int32_t i = 0; i < 24; i += 4) vst1q_s32(e->whole + i, vld1q_s32(e->scales + i));
  const int32_t zero = layer->in_zero;
  vst1q_s32(e->whole, vsubq_s32(vld1q_s32(e->scales), vmulq_n_s32(vmovlbq_s16(all), zero)));
  vst1q_s32(e->whole + 4, vsubq_s32(vld1q_s32(e->scales + 4), vmulq_n_s32(vmovltq_s16(all), zero)));
}

/* Any window, less what of it lies outside of the image; `in`: the image's first pixel. */
static __attribute__((noinline)) void one_of_eight(const assay_layer_int8* layer, const eight* e,
                                                   const int8_t* in, int32_t top, int32_t left, int8_t* out) {
  const int32_t channels = layer->in_channels, height = layer->kernel_height, width = layer->kernel_width;
  const int32_t first = left < 0 ? -left : 0;
  const int32_t last = layer->in_width - left < width ? layer->in_width - left : width;
  const int16_t zero = (int16_t)layer->in_zero;
  int32x4_t even = vdupq_n_s32(0), odd = even;
  for (int32_t i = top < 0 ? -top : 0; i < height && top + i < layer->in_height; ++i) {
    const int8_t* from = in + ((top + i) * layer->in_width + left + first) * channels;
    const int8_t* tap = e->weights + (i * width + first) * channels;
    for (int32_t j = first; j < last; ++j, from += channels, tap += channels) {
      const int16x8_t x = vsubq_n_s16(vldrbq_s16(from), zero), w = vldrbq_s16(tap);
      even = vaddq_s32(even, vmullbq_int_s16(x, w));
      odd = vaddq_s32(odd, vmulltq_int_s16(x, w));
    }
  }
  const int32_t* scales = e->scales;
  assay_put_eight(even, odd, &e->clamp, &scales, &out);
}

/* The products of a pixel at `from`, which moves on by `by` bytes; all of a window in one piece, since GCC 12
 * would load everything first, and keep it in memory, as there are eight registers. */
#define NEXT_OF_EIGHT(from, by, at, even, odd)                                                          \
  "vldrb.s16 %q[x], [%[" #from "]]\n\tvldrh.u16 %q[w], [%[taps], #" #at "]\n\tadd %[" #from "], %[" #by \
  "]\n\t" even odd
#define SET_EVEN "vmullb.s16 %q[even], %q[x], %q[w]\n\t"
#define SET_ODD "vmullt.s16 %q[odd], %q[x], %q[w]\n\t"
#define ADD_EVEN "vmullb.s16 %q[product], %q[x], %q[w]\n\tvadd.i32 %q[even], %q[even], %q[product]\n\t"
#define ADD_ODD "vmullt.s16 %q[x], %q[x], %q[w]\n\tvadd.i32 %q[odd], %q[odd], %q[x]\n\t"
#define MORE_OF_EIGHT(from, by, at) NEXT_OF_EIGHT(from, by, at, ADD_EVEN, ADD_ODD)

/* A column of pixels whose windows of 3x3 lie within the image. */
__attribute__((noinline)) static void run_of_eight(const assay_layer_int8* layer, const eight* e,
                                                   const int8_t* in, int32_t count, int8_t* out) {
  const int32_t channels = layer->in_channels, row = layer->in_width * channels,
                step = layer->out_width * channels - 8;
  const int32_t on = layer->stride * row - 2 * channels;
  const int8_t *row0 = in, *row1 = in + row, *row2 = row1 + row;
  for (; count > 0; --count, out += step) {
    int16x8_t x, w;
    int32x4_t even, odd, product;
    __asm__(NEXT_OF_EIGHT(row0, by, 0, SET_EVEN, SET_ODD) MORE_OF_EIGHT(row0, by, 16)
                MORE_OF_EIGHT(row0, on, 32) MORE_OF_EIGHT(row1, by, 48) MORE_OF_EIGHT(row1, by, 64)
                    MORE_OF_EIGHT(row1, on, 80) MORE_OF_EIGHT(row2, by, 96) MORE_OF_EIGHT(row2, by, 112)
                        MORE_OF_EIGHT(row2, on, 128)
            : [even] "=&w"(even), [odd] "=&w"(odd), [x] "=&w"(x), [w] "=&w"(w), [product] "=&w"(product),
              [row0] "+l"(row0), [row1] "+l"(row1), [row2] "+l"(row2)
            : [taps] "l"(e->taps), [by] "r"(channels), [on] "r"(on), "m"(*e), "m"(*(const int8_t(*)[])in));
    const int32_t* scales = e->whole;
    assay_put_eight(even, odd, &e->clamp, &scales, &out);
  }
}

/* A column of outputs, from the top. base: where its windows of 3x3 lie within the image; below 0 for others.
 */
static void column_of_eight(const assay_layer_int8* layer, const eight* e, const int8_t* in, int32_t left,
                            int32_t base, int8_t* out) {
  const int32_t channels = layer->in_channels, row = layer->in_width * channels;
  const int32_t stride = layer->stride, height = layer->in_height, step = layer->out_width * channels;
  for (int32_t y = 0, top = -layer->pad_top; y < layer->out_height;) {
    int32_t count = 1;
    if (base >= 0 && top >= 0 && top + 3 <= height) {
      const int32_t most = layer->out_height - y;
      count = (height - 3 - top) / stride + 1;
      if (count > most) count = most;
      run_of_eight(layer, e, in + top * row + base * channels, count, out);
    } else {
      one_of_eight(layer, e, in, top, left, out);
    }
    y += count, top += count * stride, out += count * step;
  }
}

void assay_depthwise_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  eight e;
  e.clamp = assay_clamp_of(layer);
  const int32_t most = layer->in_width - 3;
  const int is_3x3 = layer->kernel_height == 3 && layer->kernel_width == 3 && most >= 0;
  for (int32_t c = 0, n; c < layer->in_channels; c += n, out += n) {
    n = c + 8 <= layer->in_channels && assay_scales_of_eight(layer, c, e.scales) ? 8 : 1;
    if (n == 1) {
      assay_one_channel(layer, in, c, &assay_depthwise_int8_sum, out);
      continue;
    }
    e.weights = layer->weights + c;
    int32_t moved = 3, base = -1;
    for (int32_t x = 0, left = -layer->pad_left; x < layer->out_width; ++x, left += layer->stride) {
      if (is_3x3) {
        base = left < 0 ? 0 : left > most ? most : left;
        if (left - base != moved) moved = left - base, put_whole(layer, moved, &e);
      }
      column_of_eight(layer, &e, in + c, left, base, out + x * layer->in_channels);
    }
  }
}
