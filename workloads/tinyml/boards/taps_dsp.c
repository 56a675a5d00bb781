/* SPDX-License-Identifier: Apache-2.0 */
/* Armv7E-M and Armv8-M with the DSP extension: two products of 16 bits an instruction (SMLAD). */
#include <arm_acle.h>

#include "workloads/tinyml/boards/rescale.h"
#include "workloads/tinyml/boards/taps.h"

/* Four bytes, wherever they lie: these cores load words from any address. */
static inline uint32_t word_at(const int8_t* bytes) {
  uint32_t word;
  __builtin_memcpy(&word, bytes, sizeof word);
  return word;
}

/* Bytes 0 and 2, and bytes 1 and 3, as two numbers of 16 bits. (GCC 12 does not fold the rotation by itself.)
 */
static inline int16x2_t even(uint32_t word) { return __sxtb16((int8x4_t)word); }
static inline int16x2_t odd(uint32_t word) {
  int16x2_t result;
  __asm__("sxtb16 %0, %1, ror #8" : "=r"(result) : "r"(word));
  return result;
}

static inline int16x2_t twice(int32_t value) { return (int16x2_t)(((uint32_t)value & 0xFFFFu) * 0x10001u); }

static inline int32_t dot(int32_t sum, const int8_t* w, int16x2_t x_even, int16x2_t x_odd) {
  const uint32_t taps = word_at(w);
  return __smlad(odd(taps), x_odd, __smlad(even(taps), x_even, sum));
}

/* Two outputs at a time: what four need does not fit the registers. */
static void dot2(const int8_t* x, const int8_t* w, int32_t stride, int32_t count, int32_t zero,
                 int32_t sums[2]) {
  const int8_t* w1 = w + stride;
  const int8_t* const end = x + count / 4 * 4;
  const int8_t* const last = x + count;
  const int16x2_t zeros = twice(zero);
  int32_t sum0 = sums[0], sum1 = sums[1];
  while (x < end) {
    const uint32_t values = word_at(x);
    const int16x2_t x_even = __ssub16(even(values), zeros);
    const int16x2_t x_odd = __ssub16(odd(values), zeros);
    sum0 = dot(sum0, w, x_even, x_odd);
    sum1 = dot(sum1, w1, x_even, x_odd);
    x += 4, w += 4, w1 += 4;
  }
  while (x < last) {
    const int32_t value = *x++ - zero;
    sum0 += value * *w++;
    sum1 += value * *w1++;
  }
  sums[0] = sum0, sums[1] = sum1;
}

void assay_dot4_int8(const int8_t* x, const int8_t* w, int32_t stride, int32_t count, int32_t zero,
                     int32_t sums[4]) {
  dot2(x, w, stride, count, zero, sums);
  dot2(x, w + 2 * stride, stride, count, zero, sums + 2);
}

/* Two words of two numbers each, four bytes times `at` behind `from`. */
#define LOAD(from, at, first, second) \
  __asm__("ldrd %0, %1, [%2, %3]"     \
          : "=r"(first), "=r"(second) \
          : "r"(from), "i"(4 * (at)), "m"(*(const int16_t(*)[16])(from)))

/* With no clamp but int8's, a right shift, and sums that twice fit 32 bits, the doubling high product is
 * SMMULR of twice the sum, rounding cannot overflow, and the zero point is added with it. */
int assay_is_quick(const assay_layer_int8* layer, int32_t first, int32_t last, int32_t count) {
  if (count > 4096 || layer->low != -128 || layer->high != 127) return 0;
  for (int32_t o = first; o < last; ++o) {
    const int32_t bias = layer->bias[o];
    if (bias <= -(1 << 28) || bias >= 1 << 28 || layer->shift[o] > -1 || layer->shift[o] < -20) return 0;
  }
  return 1;
}

/* Of an output of a quick layer. half: of what the right shift divides by, and the zero point times that. */
static inline assay_scale scale_of(const assay_layer_int8* layer, int32_t o) {
  const int32_t right = -layer->shift[o];
  const assay_scale s = {layer->multiplier[o], right, (1 + 2 * layer->out_zero) * (1 << (right - 1))};
  return s;
}

static inline int8_t rescale(int32_t sum, assay_scale s) {
  int32_t y;
  __asm__("smmulr %0, %1, %2" : "=r"(y) : "r"(sum * 2), "r"(s.multiplier));
  y += y >> 31;
  y = (y + s.half) >> s.right;
  __asm__("ssat %0, #8, %1" : "=r"(y) : "r"(y));
  return (int8_t)y;
}

void assay_put_scales(const assay_layer_int8* layer, int32_t channel, assay_fours* window) {
  window->quick = assay_is_quick(layer, channel, channel + 4, window->height * window->width);
  for (int32_t k = 0; window->quick && k < 4; ++k) window->scales[k] = scale_of(layer, channel + k);
}

/* Of four values each, the order in which widening leaves them: 0, 2, 1, 3. */
static inline void put_four(const int8_t* values, int16x2_t zeros, int16_t* to) {
  const uint32_t word = word_at(values);
  const int16x2_t pair[2] = {__ssub16(even(word), zeros), __ssub16(odd(word), zeros)};
  __builtin_memcpy(to, pair, sizeof pair);
}

/* Four values of a column, then those of the next one, and the next four. */
void assay_put_column(const int8_t* values, int32_t count, int32_t zero, int32_t at, int16_t* columns) {
  static const uint8_t place[4] = {0, 2, 1, 3};
  const int16x2_t zeros = twice(zero);
  int16_t* to = columns + 4 * at;
  const int8_t* const end = values + count / 4 * 4;
  for (; values < end; values += 4, to += 4 * assay_block) put_four(values, zeros, to);
  for (int32_t k = 0; k < count % 4; ++k) to[place[k]] = (int16_t)(values[k] - zero);
}

/* Four inputs of each of four columns, in the words from `at` on. */
#define FOUR(at)                                                   \
  do {                                                             \
    int16x2_t first, second;                                       \
    const uint32_t word = word_at(w);                              \
    const int16x2_t taps = even(word), more_taps = odd(word);      \
    w += 4;                                                        \
    LOAD(x, (at), first, second);                                  \
    sum0 = __smlad(more_taps, second, __smlad(taps, first, sum0)); \
    LOAD(x, (at) + 2, first, second);                              \
    sum1 = __smlad(more_taps, second, __smlad(taps, first, sum1)); \
    LOAD(x, (at) + 4, first, second);                              \
    sum2 = __smlad(more_taps, second, __smlad(taps, first, sum2)); \
    LOAD(x, (at) + 6, first, second);                              \
    sum3 = __smlad(more_taps, second, __smlad(taps, first, sum3)); \
  } while (0)

/* Four columns of a multiple of four inputs, of a quick layer. Apart from what is more general, so that fewer
 * values have to be kept in memory meanwhile. */
__attribute__((noinline)) static void multiply_quick(const assay_layer_int8* layer, const int16_t* columns,
                                                     int32_t count, int8_t* out) {
  const int32_t channels = layer->out_channels;
  const int8_t* w = layer->weights;
  for (int32_t o = 0; o < channels; ++o, ++out) {
    const int16_t* x = columns;
    int32_t sum0 = layer->bias[o], sum1 = sum0, sum2 = sum0, sum3 = sum0;
    const int8_t* const row = w + count;
    if ((count & 4) != 0) {
      FOUR(0);
      x += 4 * assay_block;
    }
    for (; w != row; x += 8 * assay_block) {
      FOUR(0);
      FOUR(8);
    }
    const assay_scale s = scale_of(layer, o);
    int8_t* to = out;
    *to = rescale(sum0, s);
    to += channels;
    __asm__("" : "+r"(to)); /* else each of the four pointers is kept in memory */
    *to = rescale(sum1, s);
    to += channels;
    __asm__("" : "+r"(to));
    *to = rescale(sum2, s);
    to += channels;
    __asm__("" : "+r"(to));
    *to = rescale(sum3, s);
  }
}

void assay_multiply_columns(const assay_layer_int8* layer, const int16_t* columns, int32_t count, int quick,
                            int32_t pixels, int8_t* out) {
  static const uint8_t place[4] = {0, 2, 1, 3};
  const int32_t channels = layer->out_channels;
  const int32_t rest = count % 4;
  if (quick && rest == 0 && pixels == assay_block) {
    multiply_quick(layer, columns, count, out);
    return;
  }
  const int8_t* w = layer->weights;
  for (int32_t o = 0; o < channels; ++o) {
    const int16_t* x = columns;
    int32_t sum0 = layer->bias[o], sum1 = sum0, sum2 = sum0, sum3 = sum0;
    for (const int8_t* const end = w + count - rest; w < end; x += 4 * assay_block) FOUR(0);
    for (int32_t k = 0; k < rest; ++k) {
      const int32_t tap = *w++;
      const int16_t* at = x + place[k];
      sum0 += at[0] * tap, sum1 += at[4] * tap, sum2 += at[8] * tap, sum3 += at[12] * tap;
    }
    const int32_t sums[assay_block] = {sum0, sum1, sum2, sum3};
    int8_t* to = out + o;
    for (int32_t p = 0; p < pixels; ++p, to += channels) *to = assay_rescale(layer, o, sums[p]);
  }
}

void assay_put_fours(const int8_t* values, int32_t step, int32_t count, int32_t zero, int16_t* to) {
  const int16x2_t zeros = twice(zero);
  for (int32_t i = 0; i < count; ++i, values += step, to += 4) put_four(values, zeros, to);
}

#define TAP(sum0, sum1, sum2, sum3, pixel, tap, at) \
  do {                                              \
    int16x2_t x_even, x_odd, w_even, w_odd;         \
    LOAD(pixel, 2 * (at), x_even, x_odd);           \
    LOAD(tap, 2 * (at), w_even, w_odd);             \
    sum0 = __smlabb(x_even, w_even, sum0);          \
    sum1 = __smlabb(x_odd, w_odd, sum1);            \
    sum2 = __smlatt(x_even, w_even, sum2);          \
    sum3 = __smlatt(x_odd, w_odd, sum3);            \
  } while (0)

/* Four sums of one pixel, as int8. */
static inline void store4(const assay_layer_int8* layer, int32_t channel, const assay_fours* window,
                          int32_t sum0, int32_t sum1, int32_t sum2, int32_t sum3, int8_t* out) {
  const assay_scale* scales = window->scales;
  if (window->quick) {
    out[0] = rescale(sum0, scales[0]);
    out[1] = rescale(sum1, scales[1]);
    out[2] = rescale(sum2, scales[2]);
    out[3] = rescale(sum3, scales[3]);
  } else {
    const int32_t sums[4] = {sum0, sum1, sum2, sum3};
    assay_rescale4_int8(layer, channel, sums, out);
  }
}

/* A window of 3x3. */
static void row3x3(const assay_layer_int8* layer, int32_t channel, const assay_fours* window, int8_t* out) {
  const int32_t* bias = layer->bias + channel;
  const int32_t step = 4 * layer->stride;
  const int32_t channels = layer->out_channels;
  const int16_t *row0 = window->rows[0], *row1 = window->rows[1], *row2 = window->rows[2];
  const int16_t* const taps = window->taps;
  for (const int8_t* const end = out + layer->out_width * channels; out < end; out += channels) {
    int32_t sum0 = bias[0], sum1 = bias[1], sum2 = bias[2], sum3 = bias[3];
    TAP(sum0, sum1, sum2, sum3, row0, taps, 0);
    TAP(sum0, sum1, sum2, sum3, row0, taps, 1);
    TAP(sum0, sum1, sum2, sum3, row0, taps, 2);
    TAP(sum0, sum1, sum2, sum3, row1, taps + 12, 0);
    TAP(sum0, sum1, sum2, sum3, row1, taps + 12, 1);
    TAP(sum0, sum1, sum2, sum3, row1, taps + 12, 2);
    TAP(sum0, sum1, sum2, sum3, row2, taps + 24, 0);
    TAP(sum0, sum1, sum2, sum3, row2, taps + 24, 1);
    TAP(sum0, sum1, sum2, sum3, row2, taps + 24, 2);
    row0 += step, row1 += step, row2 += step;
    store4(layer, channel, window, sum0, sum1, sum2, sum3, out);
  }
}

void assay_row4_int8(const assay_layer_int8* layer, int32_t channel, const assay_fours* window, int8_t* out) {
  const int32_t* bias = layer->bias + channel;
  if (window->height == 3 && window->width == 3) {
    row3x3(layer, channel, window, out);
    return;
  }
  for (int32_t at = 0, x = 0; x < layer->out_width;
       ++x, at += 4 * layer->stride, out += layer->out_channels) {
    const int16_t* tap = window->taps;
    int32_t sum0 = bias[0], sum1 = bias[1], sum2 = bias[2], sum3 = bias[3];
    for (int32_t i = 0; i < window->height; ++i) {
      const int16_t* pixel = window->rows[i] + at;
      for (int32_t j = 0; j < window->width; ++j, pixel += 4, tap += 4)
        TAP(sum0, sum1, sum2, sum3, pixel, tap, 0);
    }
    store4(layer, channel, window, sum0, sum1, sum2, sum3, out);
  }
}

void assay_rescale4_int8(const assay_layer_int8* layer, int32_t o, const int32_t sums[4], int8_t* out) {
  /* Stored last: a store might change the layer, as far as the compiler knows. */
  const int8_t first = assay_rescale(layer, o, sums[0]), second = assay_rescale(layer, o + 1, sums[1]);
  const int8_t third = assay_rescale(layer, o + 2, sums[2]), fourth = assay_rescale(layer, o + 3, sums[3]);
  out[0] = first, out[1] = second, out[2] = third, out[3] = fourth;
}

int32_t assay_depthwise_wide(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  (void)layer, (void)in, (void)out;
  return 0;
}
