/* SPDX-License-Identifier: Apache-2.0 */
/* Armv8.1-M with MVE (Helium): 16 products of 8 bits an instruction. The zero point is taken out by the sum
 * of the weights: sum (x - zero) * w = sum x * w - zero * sum w. */
#include <arm_mve.h>

#include "workloads/tinyml/boards/eight_mve.h"
#include "workloads/tinyml/boards/taps.h"

/* Sixteen inputs of four outputs. */
#define SIXTEEN_OF_FOUR(values, taps0, taps1, taps2, taps3) \
  do {                                                      \
    const int8x16_t row0 = taps0;                           \
    weights0 = vaddvaq_s8(weights0, row0);                  \
    sum0 = vmladavaq_s8(sum0, values, row0);                \
    const int8x16_t row1 = taps1;                           \
    weights1 = vaddvaq_s8(weights1, row1);                  \
    sum1 = vmladavaq_s8(sum1, values, row1);                \
    const int8x16_t row2 = taps2;                           \
    weights2 = vaddvaq_s8(weights2, row2);                  \
    sum2 = vmladavaq_s8(sum2, values, row2);                \
    const int8x16_t row3 = taps3;                           \
    weights3 = vaddvaq_s8(weights3, row3);                  \
    sum3 = vmladavaq_s8(sum3, values, row3);                \
  } while (0)

void assay_dot4_int8(const int8_t* x, const int8_t* w, int32_t stride, int32_t count, int32_t zero,
                     int32_t sums[4]) {
  const int8_t* w1 = w + stride;
  const int8_t* w2 = w1 + stride;
  const int8_t* w3 = w2 + stride;
  int32_t sum0 = sums[0], sum1 = sums[1], sum2 = sums[2], sum3 = sums[3];
  int32_t weights0 = 0, weights1 = 0, weights2 = 0, weights3 = 0;
  for (int32_t i = count / 16; i > 0; --i) {
    const int8x16_t values = vld1q_s8(x);
    SIXTEEN_OF_FOUR(values, vld1q_s8(w), vld1q_s8(w1), vld1q_s8(w2), vld1q_s8(w3));
    x += 16, w += 16, w1 += 16, w2 += 16, w3 += 16;
  }
  if (count % 16 != 0) {
    const mve_pred16_t rest = vctp8q((uint32_t)(count % 16));
    const int8x16_t values = vldrbq_z_s8(x, rest);
    SIXTEEN_OF_FOUR(values, vldrbq_z_s8(w, rest), vldrbq_z_s8(w1, rest), vldrbq_z_s8(w2, rest),
                    vldrbq_z_s8(w3, rest));
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

/* Sixteen values of int8 of a column, then those of the next one, and the next sixteen. */
void assay_put_column(const int8_t* values, int32_t count, int32_t zero, int32_t at, int16_t* columns) {
  (void)zero;
  int8_t* to = (int8_t*)columns + 16 * at;
  for (int32_t i = 0; i < count; i += 16, to += 16 * assay_block) {
    const mve_pred16_t in_range = vctp8q((uint32_t)(count - i));
    vst1q_s8(to, vldrbq_z_s8(values + i, in_range));
  }
}

/* As assay_q_requantise(), of four sums of one output: the steps of assay_rescale4_int8(). low and high: the
 * clamp less out_zero. */
static inline int32x4_t rescale(int32x4_t sums, int32_t multiplier, int32_t shift, int32x4_t low,
                                int32x4_t high, int32_t out_zero) {
  if (__builtin_expect(shift < 0, 1)) {
    sums = vqrdmulhq_n_s32(sums, multiplier);
    sums = vrshlq_n_s32(vaddq_s32(sums, vshrq_n_s32(sums, 31)), shift);
  } else {
    sums = vqrdmulhq_n_s32(vshlq_r_s32(sums, shift), multiplier);
  }
  return vaddq_n_s32(vminq_s32(vmaxq_s32(sums, low), high), out_zero);
}

/* All that the layer says is read before anything is stored: a store might change it, as far as the compiler
 * knows. */
void assay_multiply_columns(const assay_layer_int8* layer, const int16_t* columns, int32_t count, int quick,
                            int32_t pixels, int8_t* out) {
  (void)quick;
  const int32_t zero = layer->in_zero, out_zero = layer->out_zero;
  const int32_t *bias = layer->bias, *multiplier = layer->multiplier, *shifts = layer->shift;
  const int32x4_t low = vdupq_n_s32(layer->low - out_zero), high = vdupq_n_s32(layer->high - out_zero);
  const int8_t* row = layer->weights;
  const uint32x4_t places = vmulq_n_u32(vidupq_n_u32(0, 1), (uint32_t)layer->out_channels);
  const mve_pred16_t stored = vctp32q((uint32_t)pixels);
  for (const int8_t* const end = out + layer->out_channels; out < end; ++out, row += count) {
    const int8_t *x = (const int8_t*)columns, *w = row;
    int32_t sum0 = *bias++, sum1 = sum0, sum2 = sum0, sum3 = sum0, weights = 0;
    int8x16_t taps, values;
    int32x4_t sums;
    /* Sixteen inputs of each of four columns at a time; what is beyond `count` is left out. (GCC 12 does not
     * make such loops.) */
    __asm__(
        "dlstp.8 lr, %[count]\n"
        "1:\n\t"
        "vldrb.8 %q[taps], [%[w]], #16\n\t"
        "vldrb.8 %q[values], [%[x]], #16\n\t"
        "vaddva.s8 %[weights], %q[taps]\n\t"
        "vmladava.s8 %[sum0], %q[values], %q[taps]\n\t"
        "vldrb.8 %q[values], [%[x]], #16\n\t"
        "vmladava.s8 %[sum1], %q[values], %q[taps]\n\t"
        "vldrb.8 %q[values], [%[x]], #16\n\t"
        "vmladava.s8 %[sum2], %q[values], %q[taps]\n\t"
        "vldrb.8 %q[values], [%[x]], #16\n\t"
        "vmladava.s8 %[sum3], %q[values], %q[taps]\n\t"
        "letp lr, 1b\n\t"
        "vmov %q[sums][2], %q[sums][0], %[sum0], %[sum2]\n\t"
        "vmov %q[sums][3], %q[sums][1], %[sum1], %[sum3]"
        : [sum0] "+Te"(sum0), [sum1] "+Te"(sum1), [sum2] "+Te"(sum2), [sum3] "+Te"(sum3),
          [weights] "+Te"(weights), [x] "+r"(x), [w] "+r"(w), [taps] "=&w"(taps), [values] "=&w"(values),
          [sums] "=&w"(sums)
        : [count] "r"(count)
        : "lr", "memory");
    sums = vsubq_n_s32(sums, zero * weights);
    vstrbq_scatter_offset_p_s32(out, places, rescale(sums, *multiplier++, *shifts++, low, high, out_zero),
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

void assay_row4_int8(const assay_layer_int8* layer, int32_t channel, const assay_fours* window, int8_t* out) {
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

/* Eight neighbouring channels of a depthwise layer, the even ones and the odd ones apart: products are
 * widened that way. */
typedef struct eight {
  int16_t taps[9 * 8];
  int32_t scales[24],
      whole[24]; /* whole: of a window within the image, the zero point times all taps in the bias */
  int32_t low, high, out_zero;
} eight;

/* Of windows that are `moved` pixels left of where they should be, because they would reach beyond an end of
 * the image: their taps are moved the other way, and are 0 where nothing is left. */
static inline void put_eight(const assay_layer_int8* layer, int32_t c, int32_t moved, eight* e) {
  int16x8_t all = vdupq_n_s16(0);
  int16_t* to = e->taps;
  const int8_t* from = layer->weights + c - moved * layer->in_channels;
  for (int32_t i = 0; i < 3; ++i) {
    for (int32_t j = -moved; j < 3 - moved; ++j, from += layer->in_channels, to += 8) {
      const int16x8_t tap = j >= 0 && j < 3 ? vldrbq_s16(from) : vdupq_n_s16(0);
      vst1q_s16(to, tap);
      all = vaddq_s16(all, tap);
    }
  }
  for (int32_t i = 0; i < 24; i += 4) vst1q_s32(e->whole + i, vld1q_s32(e->scales + i));
  const int32_t zero = layer->in_zero;
  vst1q_s32(e->whole, vsubq_s32(vld1q_s32(e->scales), vmulq_n_s32(vmovlbq_s16(all), zero)));
  vst1q_s32(e->whole + 4, vsubq_s32(vld1q_s32(e->scales + 4), vmulq_n_s32(vmovltq_s16(all), zero)));
}

#define TAP_OF_EIGHT(values, at)                   \
  do {                                             \
    const int16x8_t x = values;                    \
    const int16x8_t w = vld1q_s16(at);             \
    even = vaddq_s32(even, vmullbq_int_s16(x, w)); \
    odd = vaddq_s32(odd, vmulltq_int_s16(x, w));   \
  } while (0)
/* The same of a pixel at `from`, which moves on by `by` bytes: all of a window in one piece, since GCC 12
 * would load everything first, and keep it in memory, as there are eight registers. */
#define NEXT_OF_EIGHT(from, by, at, even, odd)                                                          \
  "vldrb.s16 %q[x], [%[" #from "]]\n\tvldrh.u16 %q[w], [%[taps], #" #at "]\n\tadd %[" #from "], %[" #by \
  "]\n\t" even odd
#define SET_EVEN "vmullb.s16 %q[even], %q[x], %q[w]\n\t"
#define SET_ODD "vmullt.s16 %q[odd], %q[x], %q[w]\n\t"
#define ADD_EVEN "vmullb.s16 %q[product], %q[x], %q[w]\n\tvadd.i32 %q[even], %q[even], %q[product]\n\t"
#define ADD_ODD "vmullt.s16 %q[x], %q[x], %q[w]\n\tvadd.i32 %q[odd], %q[odd], %q[x]\n\t"
#define MORE_OF_EIGHT(from, by, at) NEXT_OF_EIGHT(from, by, at, ADD_EVEN, ADD_ODD)

/* A pixel whose window lies partly above or below the image. */
__attribute__((noinline)) static void edge_of_eight(const assay_layer_int8* layer, const eight* e,
                                                    const int8_t* in, int32_t top, int8_t* out) {
  const int32_t channels = layer->in_channels, row = layer->in_width * channels;
  const int16_t zero = (int16_t)layer->in_zero;
  int32x4_t even = vdupq_n_s32(0), odd = even;
  const int32_t* scales = e->scales;
  const int16_t* taps = e->taps;
  const int8_t* from = in + top * row;
  for (int32_t i = top; i < top + 3; ++i, taps += 24, from += row) {
    if (i < 0 || i >= layer->in_height) continue;
    TAP_OF_EIGHT(vsubq_n_s16(vldrbq_s16(from), zero), taps);
    TAP_OF_EIGHT(vsubq_n_s16(vldrbq_s16(from + channels), zero), taps + 8);
    TAP_OF_EIGHT(vsubq_n_s16(vldrbq_s16(from + 2 * channels), zero), taps + 16);
  }
  assay_put_eight(even, odd, e->low, e->high, e->out_zero, &scales, &out);
}

/* A column of pixels whose windows lie within the image. */
__attribute__((noinline)) static void run_of_eight(const assay_layer_int8* layer, const eight* e,
                                                   const int8_t* in, int32_t count, int8_t* out) {
  const int32_t channels = layer->in_channels, row = layer->in_width * channels,
                step = layer->out_width * channels - 8;
  const int32_t on = layer->stride * row - 2 * channels;
  const int8_t *row0 = in, *row1 = in + row, *row2 = row1 + row;
  const int32_t low = e->low, high = e->high, out_zero = e->out_zero;
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
    assay_put_eight(even, odd, low, high, out_zero, &scales, &out);
  }
}

/* A column of outputs, from the top; `in`: the first pixel of its windows in the first row of the image. */
static inline void column_of_eight(const assay_layer_int8* layer, const eight* e, const int8_t* in,
                                   int8_t* out) {
  const int32_t row = layer->in_width * layer->in_channels, step = layer->out_width * layer->in_channels;
  const int32_t stride = layer->stride, height = layer->in_height;
  for (int32_t y = 0, top = -layer->pad_top; y < layer->out_height;) {
    int32_t count = 1;
    if (top >= 0 && top + 3 <= height) {
      const int32_t most = layer->out_height - y;
      count = (height - 3 - top) / stride + 1;
      if (count > most) count = most;
      run_of_eight(layer, e, in + top * row, count, out);
    } else {
      edge_of_eight(layer, e, in, top, out);
    }
    y += count, top += count * stride, out += count * step;
  }
}

int32_t assay_depthwise_wide(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  const int32_t channels = layer->in_channels, most = layer->in_width - 3;
  if (layer->kernel_height != 3 || layer->kernel_width != 3 || most < 0) return 0;
  int32_t c = 0;
  eight e;
  e.low = layer->low - layer->out_zero, e.high = layer->high - layer->out_zero, e.out_zero = layer->out_zero;
  for (; c + 8 <= channels && assay_scales_of_eight(layer, c, e.scales); c += 8) {
    int32_t moved = 3;
    for (int32_t x = 0, left = -layer->pad_left; x < layer->out_width; ++x, left += layer->stride) {
      const int32_t base = left < 0 ? 0 : left > most ? most : left;
      if (x == 0 || left - base != moved) moved = left - base, put_eight(layer, c, moved, &e);
      column_of_eight(layer, &e, in + base * channels + c, out + x * channels + c);
    }
  }
  return c;
}
