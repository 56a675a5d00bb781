/* SPDX-License-Identifier: Apache-2.0 */
/* Armv8.1-M with MVE (Helium): 16 products of 8 bits an instruction. The zero point is taken out by the sum
 * of the weights: sum (x - zero) * w = sum x * w - zero * sum w. */
#include <arm_mve.h>

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

/* Quick are channels that are not shifted left. */
void assay_put_scales(const assay_layer_int8* layer, int32_t channel, assay_fours* window) {
  const int32_t* shift = layer->shift + channel;
  window->quick = shift[0] <= 0 && shift[1] <= 0 && shift[2] <= 0 && shift[3] <= 0;
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

/* (GCC 12 has no address with an offset for these loads, and keeps 18 sums of pointers in memory.) */
#define LOAD(to, from, at) \
  __asm__("vldrh.s32 %q0, [%1, %2]" : "=w"(to) : "r"(from), "i"(8 * (at)), "m"(*(const int16_t(*)[36])(from)))
#define TAP(pixel, at, tap)                \
  do {                                     \
    int32x4_t x, w;                        \
    LOAD(x, pixel, at);                    \
    LOAD(w, taps, tap);                    \
    sum = vaddq_s32(sum, vmulq_s32(x, w)); \
  } while (0)

/* A window of 3x3, of channels that are not shifted left. */
static void row3x3(const assay_layer_int8* layer, int32_t channel, const assay_fours* window, int8_t* out) {
  const int32_t channels = layer->out_channels;
  const int32_t step = 4 * layer->stride;
  const int32_t* const bias = layer->bias + channel;
  const int32_t out_zero = layer->out_zero;
  const int32x4_t multiplier = vld1q_s32(layer->multiplier + channel);
  const int32x4_t right = vld1q_s32(layer->shift + channel);
  const int32x4_t low = vdupq_n_s32(layer->low - out_zero), high = vdupq_n_s32(layer->high - out_zero);
  const int16_t *row0 = window->rows[0], *row1 = window->rows[1], *row2 = window->rows[2];
  const int16_t* const taps = window->taps;
  for (int32_t i = layer->out_width; i > 0; --i, out += channels) {
    int32x4_t sum = vld1q_s32(bias);
    TAP(row0, 0, 0);
    TAP(row0, 1, 1);
    TAP(row0, 2, 2);
    TAP(row1, 0, 3);
    TAP(row1, 1, 4);
    TAP(row1, 2, 5);
    TAP(row2, 0, 6);
    TAP(row2, 1, 7);
    TAP(row2, 2, 8);
    row0 += step, row1 += step, row2 += step;
    /* As rescale4(). */
    sum = vqrdmulhq_s32(sum, multiplier);
    sum = vrshlq_s32(vaddq_s32(sum, vshrq_n_s32(vandq_s32(sum, right), 31)), right);
    sum = vaddq_n_s32(vminq_s32(vmaxq_s32(sum, low), high), out_zero);
    vstrbq_s32(out, sum);
  }
}

void assay_row4_int8(const assay_layer_int8* layer, int32_t channel, const assay_fours* window, int8_t* out) {
  if (window->height == 3 && window->width == 3 && window->quick) {
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

/* Eight neighbouring channels of a depthwise layer, the even ones and the odd ones apart: products are
 * widened that way. */
typedef struct eight {
  int16_t taps[9 * 8];
  int32x4_t bias[2];
  int32x4_t whole[2]; /* the bias less the zero point times all taps: of a window within the image */
  int32x4_t multiplier[2];
  int32x4_t right[2];
  int16x8_t low, high;
  int32_t out_zero;
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
  const int32x4x2_t bias = vld2q_s32(layer->bias + c);
  const int32x4x2_t multiplier = vld2q_s32(layer->multiplier + c);
  const int32x4x2_t right = vld2q_s32(layer->shift + c);
  const int32_t zero = layer->in_zero;
  e->bias[0] = bias.val[0], e->bias[1] = bias.val[1];
  e->whole[0] = vsubq_s32(bias.val[0], vmulq_n_s32(vmovlbq_s16(all), zero));
  e->whole[1] = vsubq_s32(bias.val[1], vmulq_n_s32(vmovltq_s16(all), zero));
  e->multiplier[0] = multiplier.val[0], e->multiplier[1] = multiplier.val[1];
  e->right[0] = right.val[0], e->right[1] = right.val[1];
  e->low = vdupq_n_s16((int16_t)(layer->low - layer->out_zero));
  e->high = vdupq_n_s16((int16_t)(layer->high - layer->out_zero));
  e->out_zero = layer->out_zero;
}

/* As rescale4(), without a left shift. Saturated at 16 bits what lies beyond the clamp stays there. */
static inline void store_eight(const eight* e, int32x4_t even, int32x4_t odd, int8_t* out) {
  even = vqrdmulhq_s32(even, e->multiplier[0]);
  even = vrshlq_s32(vaddq_s32(even, vshrq_n_s32(vandq_s32(even, e->right[0]), 31)), e->right[0]);
  odd = vqrdmulhq_s32(odd, e->multiplier[1]);
  odd = vrshlq_s32(vaddq_s32(odd, vshrq_n_s32(vandq_s32(odd, e->right[1]), 31)), e->right[1]);
  int16x8_t both = vqmovntq_s32(vqmovnbq_s32(vuninitializedq_s16(), even), odd);
  both = vmaxq_s16(vminq_s16(both, e->high), e->low);
  vstrbq_s16(out, vaddq_n_s16(both, (int16_t)e->out_zero));
}

#define TAP_OF_EIGHT(values, at)                   \
  do {                                             \
    const int16x8_t x = values;                    \
    const int16x8_t w = vld1q_s16(at);             \
    even = vaddq_s32(even, vmullbq_int_s16(x, w)); \
    odd = vaddq_s32(odd, vmulltq_int_s16(x, w));   \
  } while (0)
/* The same of a pixel at `from`, which moves on by `by` bytes. In one piece: GCC 12 would load everything
 * first, and keep it in memory, as there are eight registers. (Who calls this writes nothing that it reads.)
 */
#define NEXT_OF_EIGHT(from, by, at)                                                        \
  do {                                                                                     \
    int16x8_t x, w;                                                                        \
    int32x4_t product;                                                                     \
    __asm__(                                                                               \
        "vldrb.s16 %q2, [%5]\n\tvldrh.u16 %q3, [%6, %7]\n\tvmullb.s16 %q4, %q2, %q3\n\t"   \
        "vadd.i32 %q0, %q0, %q4\n\tvmullt.s16 %q2, %q2, %q3\n\tvadd.i32 %q1, %q1, %q2\n\t" \
        "add %5, %5, %8"                                                                   \
        : "+w"(even), "+w"(odd), "=&w"(x), "=&w"(w), "=&w"(product), "+l"(from)            \
        : "l"(taps), "i"(16 * (at)), "r"(by));                                             \
  } while (0)

/* A pixel whose window lies partly above or below the image. */
__attribute__((noinline)) static void edge_of_eight(const assay_layer_int8* layer, const eight* e,
                                                    const int8_t* in, int32_t top, int8_t* out) {
  const int32_t channels = layer->in_channels, row = layer->in_width * channels;
  const int16_t zero = (int16_t)layer->in_zero;
  int32x4_t even = e->bias[0], odd = e->bias[1];
  const int16_t* taps = e->taps;
  const int8_t* from = in + top * row;
  for (int32_t i = top; i < top + 3; ++i, taps += 24, from += row) {
    if (i < 0 || i >= layer->in_height) continue;
    TAP_OF_EIGHT(vsubq_n_s16(vldrbq_s16(from), zero), taps);
    TAP_OF_EIGHT(vsubq_n_s16(vldrbq_s16(from + channels), zero), taps + 8);
    TAP_OF_EIGHT(vsubq_n_s16(vldrbq_s16(from + 2 * channels), zero), taps + 16);
  }
  store_eight(e, even, odd, out);
}

/* A column of pixels whose windows lie within the image. */
__attribute__((noinline)) static void run_of_eight(const assay_layer_int8* layer, const eight* e,
                                                   const int8_t* in, int32_t count, int8_t* out) {
  const int32_t channels = layer->in_channels, row = layer->in_width * channels,
                step = layer->out_width * channels;
  const int32_t on = layer->stride * row - 2 * channels;
  const int8_t *row0 = in, *row1 = in + row, *row2 = row1 + row;
  const int16_t* const taps = e->taps;
  for (; count > 0; --count, out += step) {
    int32x4_t even = e->whole[0], odd = e->whole[1];
    NEXT_OF_EIGHT(row0, channels, 0);
    NEXT_OF_EIGHT(row0, channels, 1);
    NEXT_OF_EIGHT(row0, on, 2);
    NEXT_OF_EIGHT(row1, channels, 3);
    NEXT_OF_EIGHT(row1, channels, 4);
    NEXT_OF_EIGHT(row1, on, 5);
    NEXT_OF_EIGHT(row2, channels, 6);
    NEXT_OF_EIGHT(row2, channels, 7);
    NEXT_OF_EIGHT(row2, on, 8);
    store_eight(e, even, odd, out);
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
  for (; c + 8 <= channels; c += 8) {
    for (int32_t k = 0; k < 8; ++k) {
      if (layer->shift[c + k] > 0) return c;
    }
    eight e;
    int32_t moved = 3;
    for (int32_t x = 0, left = -layer->pad_left; x < layer->out_width; ++x, left += layer->stride) {
      const int32_t base = left < 0 ? 0 : left > most ? most : left;
      if (x == 0 || left - base != moved) moved = left - base, put_eight(layer, c, moved, &e);
      column_of_eight(layer, &e, in + base * channels + c, out + x * channels + c);
    }
  }
  return c;
}
