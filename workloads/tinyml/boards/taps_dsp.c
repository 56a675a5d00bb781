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
static inline int is_quick_layer(const assay_layer_int8* layer, int32_t count) {
  return count <= 4096 && layer->low == -128 && layer->high == 127;
}
static inline int is_quick_output(const assay_layer_int8* layer, int32_t o) {
  const int32_t bias = layer->bias[o], shift = layer->shift[o];
  return bias > -(1 << 28) && bias < 1 << 28 && shift <= -1 && shift >= -23;
}

int assay_is_quick(const assay_layer_int8* layer, int32_t first, int32_t last, int32_t count) {
  if (!is_quick_layer(layer, count)) return 0;
  for (int32_t o = first; o < last; ++o) {
    if (!is_quick_output(layer, o)) return 0;
  }
  return 1;
}

/* Of an output of a quick layer. half: of what the right shift divides by, and the zero point times that. */
static inline assay_scale scale_of(const assay_layer_int8* layer, int32_t o) {
  const int32_t right = -layer->shift[o];
  const assay_scale s = {layer->multiplier[o], right, (1 + 2 * layer->out_zero) * (1 << (right - 1))};
  return s;
}

/* Of twice a sum. */
static inline int8_t rescale_twice(int32_t sum, assay_scale s) {
  int32_t y;
  __asm__("smmulr %0, %1, %2" : "=r"(y) : "r"(sum), "r"(s.multiplier));
  y += y >> 31;
  y = (y + s.half) >> s.right;
  __asm__("ssat %0, #8, %1" : "=r"(y) : "r"(y));
  return (int8_t)y;
}

static inline int8_t rescale(int32_t sum, assay_scale s) { return rescale_twice(sum * 2, s); }

/* Of any output; a call takes less flash than its copies would, and few need it. */
static __attribute__((noinline)) int8_t rescale_any(const assay_layer_int8* layer, int32_t o, int32_t sum) {
  return assay_rescale(layer, o, sum);
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

/* Four inputs of each of four columns. (GCC 12 loads no more than two words at once.) */
#define FOUR                            \
  "ldr %[odd], [%[w]], #4\n\t"          \
  "ldmia %[x]!, {r4-r7}\n\t"            \
  "sxtb16 %[even], %[odd]\n\t"          \
  "sxtb16 %[odd], %[odd], ror #8\n\t"   \
  "smlad %[s0], %[even], r4, %[s0]\n\t" \
  "smlad %[s0], %[odd], r5, %[s0]\n\t"  \
  "smlad %[s1], %[even], r6, %[s1]\n\t" \
  "smlad %[s1], %[odd], r7, %[s1]\n\t"  \
  "ldmia %[x]!, {r4-r7}\n\t"            \
  "smlad %[s2], %[even], r4, %[s2]\n\t" \
  "smlad %[s2], %[odd], r5, %[s2]\n\t"  \
  "smlad %[s3], %[even], r6, %[s3]\n\t" \
  "smlad %[s3], %[odd], r7, %[s3]\n\t"
#define ADD(fours)                                                                                        \
  __asm__(fours                                                                                           \
          : [s0] "+r"(sum0), [s1] "+r"(sum1), [s2] "+r"(sum2), [s3] "+r"(sum3), [w] "+r"(w), [x] "+r"(x), \
            [even] "=&r"(even), [odd] "=&r"(odd)                                                          \
          :                                                                                               \
          : "r4", "r5", "r6", "r7", "memory")

/* Of four columns. `whole`: of a quick layer, a multiple of four inputs, all four stored; apart, so that
 * fewer values have to be kept in memory meanwhile. `quick`: is_quick_layer(). (Published networks have
 * outputs that are not quick because they are constant: their scale is 2^-28, their bias 2^30.) */
static inline __attribute__((always_inline)) void multiply(const assay_layer_int8* layer,
                                                           const int16_t* columns, int32_t count, int whole,
                                                           int quick, int32_t pixels, int8_t* out) {
  static const uint8_t place[4] = {0, 2, 1, 3};
  const int32_t channels = layer->out_channels;
  const int32_t rest = whole ? 0 : count % 4;
  const int8_t* w = layer->weights;
  for (int32_t o = 0; o < channels; ++o, ++out) {
    const int16_t* x = columns;
    int32_t sum0 = layer->bias[o], sum1 = sum0, sum2 = sum0, sum3 = sum0;
    int32_t even, odd;
    const int8_t* const row = w + (count - rest);
    for (const int8_t* const few = w + count % 16 - rest; w != few;) ADD(FOUR);
    while (w != row) ADD(FOUR FOUR FOUR FOUR);
    for (int32_t k = 0; k < rest; ++k) {
      const int32_t tap = *w++;
      const int16_t* at = x + place[k];
      sum0 += at[0] * tap, sum1 += at[4] * tap, sum2 += at[8] * tap, sum3 += at[12] * tap;
    }
    if (whole || (quick && is_quick_output(layer, o) && pixels == assay_block)) {
      const assay_scale s = scale_of(layer, o);
      out[0] = rescale(sum0, s);
      out[channels] = rescale(sum1, s);
      int8_t* to = out + 2 * channels;
      to[0] = rescale(sum2, s);
      to[channels] = rescale(sum3, s);
      continue;
    }
    out[0] = rescale_any(layer, o, sum0);
    if (pixels > 1) out[channels] = rescale_any(layer, o, sum1);
    if (pixels > 2) out[2 * channels] = rescale_any(layer, o, sum2);
    if (pixels > 3) out[3 * channels] = rescale_any(layer, o, sum3);
  }
}

__attribute__((noinline)) static void multiply_whole(const assay_layer_int8* layer, const int16_t* columns,
                                                     int32_t count, int8_t* out) {
  multiply(layer, columns, count, 1, 1, assay_block, out);
}

void assay_multiply_columns(const assay_layer_int8* layer, const int16_t* columns, int32_t count, int quick,
                            int32_t pixels, int8_t* out) {
  if (quick && count % 4 == 0 && pixels == assay_block) {
    multiply_whole(layer, columns, count, out);
  } else {
    multiply(layer, columns, count, 0, is_quick_layer(layer, count), pixels, out);
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

void assay_row4_int8(const assay_layer_int8* layer, int32_t channel, const assay_fours* window, int8_t* out) {
  const int32_t* bias = layer->bias + channel;
  for (int32_t at = 0, x = 0; x < layer->out_width;
       ++x, at += 4 * layer->stride, out += layer->out_channels) {
    const int16_t* tap = window->taps;
    int32_t sum0 = bias[0], sum1 = bias[1], sum2 = bias[2], sum3 = bias[3];
    for (int32_t i = 0; i < window->height; ++i) {
      const int16_t* pixel = window->rows[i] + at;
      for (int32_t j = 0; j < window->width; ++j, pixel += 4, tap += 4)
        TAP(sum0, sum1, sum2, sum3, pixel, tap, 0);
    }
    if (window->quick) {
      const assay_scale* scales = window->scales;
      out[0] = rescale(sum0, scales[0]);
      out[1] = rescale(sum1, scales[1]);
      out[2] = rescale(sum2, scales[2]);
      out[3] = rescale(sum3, scales[3]);
    } else {
      const int32_t sums[4] = {sum0, sum1, sum2, sum3};
      assay_rescale4_int8(layer, channel, sums, out);
    }
  }
}

void assay_rescale4_int8(const assay_layer_int8* layer, int32_t o, const int32_t sums[4], int8_t* out) {
  /* Stored last: a store might change the layer, as far as the compiler knows. */
  const int8_t first = assay_rescale(layer, o, sums[0]), second = assay_rescale(layer, o + 1, sums[1]);
  const int8_t third = assay_rescale(layer, o + 2, sums[2]), fourth = assay_rescale(layer, o + 3, sums[3]);
  out[0] = first, out[1] = second, out[2] = third, out[3] = fourth;
}

/* Of one channel of a quick depthwise layer of 3x3, and of windows that are moved: the taps of the rows 0 and
 * 1, a word each column; those of row 2; the bias less the zero point times all taps. All are twice what they
 * are, which rescaling needs. */
typedef struct three_taps {
  int32_t taps[5];
  int32_t bias, zero;
  assay_scale scale;
} three_taps;

/* The taps of one channel by columns, and their sums, between zeros: a window that reaches beyond an end of
 * the image is moved into it, and its taps the other way. */
enum { most_moved = 2, moved_columns = 3 + 2 * most_moved };
typedef struct three_columns {
  int32_t pairs[moved_columns], thirds[moved_columns], sums[moved_columns];
} three_columns;

static inline int32_t two_taps(int32_t low, int32_t high) {
  return (int32_t)(((uint32_t)low & 0xFFFFu) | (uint32_t)high << 16);
}

static inline void put_columns(const int8_t* w, int32_t channels, three_columns* to) {
  for (int32_t j = most_moved; j < most_moved + 3; ++j, w += channels) {
    const int32_t tap0 = w[0] * 2, tap1 = w[3 * channels] * 2, tap2 = w[6 * channels] * 2;
    to->pairs[j] = two_taps(tap0, tap1), to->thirds[j] = tap2, to->sums[j] = tap0 + tap1 + tap2;
  }
}

/* Of windows that were moved by `moved` pixels to the left. */
static inline void put_taps(const three_columns* from, int32_t moved, int32_t twice_bias, three_taps* to) {
  const int32_t at = most_moved - moved;
  const int32_t *pairs = from->pairs + at, *thirds = from->thirds + at, *sums = from->sums + at;
  to->taps[0] = pairs[0], to->taps[1] = pairs[1], to->taps[2] = pairs[2];
  to->taps[3] = two_taps(thirds[0], thirds[1]), to->taps[4] = thirds[2];
  to->bias = twice_bias - to->zero * (sums[0] + sums[1] + sums[2]);
}

/* A sum and the products of a row of inputs with a row of taps. */
#define ROW0(sum) __smlabb(x2, taps2, __smlabb(x1, taps1, __smlabb(x0, taps0, sum)))
#define ROW1(sum) __smlabt(x2, taps2, __smlabt(x1, taps1, __smlabt(x0, taps0, sum)))
#define ROW2(sum) __smlabb(x2, taps4, __smlabt(x1, taps3, __smlabb(x0, taps3, sum)))
/* The next row of inputs; one outside of the image is all zero points. */
#define NEXT_ROW(within)                                                         \
  do {                                                                           \
    x0 = x1 = x2 = t->zero;                                                      \
    if (within) x0 = in[0], x1 = in[channels], x2 = in[2 * channels], in += row; \
    ++y;                                                                         \
  } while (0)

/* A column of outputs, from the top; `in`: the first pixel of its windows in the first row of the image. Each
 * row of inputs is read once, and is a part of as many outputs as it belongs to. */
__attribute__((noinline)) static void column_of_three(const assay_layer_int8* layer, const three_taps* t,
                                                      const int8_t* in, int8_t* out) {
  const int32_t channels = layer->in_channels, row = layer->in_width * channels,
                step = layer->out_width * channels;
  const int32_t taps0 = t->taps[0], taps1 = t->taps[1], taps2 = t->taps[2], taps3 = t->taps[3],
                taps4 = t->taps[4];
  const int32_t bias = t->bias, height = layer->in_height;
  const assay_scale s = t->scale;
  const int8_t* const end = out + layer->out_height * step;
  int32_t y = -layer->pad_top, x0, x1, x2, next = bias, after;
  NEXT_ROW(y >= 0);
  after = ROW0(bias);
  if (layer->stride == 2) {
    for (; out != end; out += step) {
      NEXT_ROW(y < height);
      next = ROW1(after);
      NEXT_ROW(y < height);
      after = ROW0(bias);
      *out = rescale_twice(ROW2(next), s);
    }
    return;
  }
  NEXT_ROW(y < height);
  next = ROW1(after), after = ROW0(bias);
  if (row == step) {
    /* The rows that are within the image. (GCC 12 keeps six more values in memory, and these loops are
     * short.) */
    const int8_t* const last = in + (height - y < layer->out_height ? height - y : layer->out_height) * row;
    const int32_t to = out - in;
    int32_t x, sum;
    y = height, out += last - in;
    __asm__ volatile(
        "1:\n\t"
        "ldrsb %[x], [%[in]]\n\t"
        "smlabb %[sum], %[x], %[t3], %[next]\n\t"
        "smlabt %[next], %[x], %[t0], %[after]\n\t"
        "smlabb %[after], %[x], %[t0], %[bias]\n\t"
        "ldrsb %[x], [%[in], %[channels]]\n\t"
        "smlabt %[sum], %[x], %[t3], %[sum]\n\t"
        "smlabt %[next], %[x], %[t1], %[next]\n\t"
        "smlabb %[after], %[x], %[t1], %[after]\n\t"
        "ldrsb %[x], [%[in], %[channels], lsl #1]\n\t"
        "smlabb %[sum], %[x], %[t4], %[sum]\n\t"
        "smlabt %[next], %[x], %[t2], %[next]\n\t"
        "smlabb %[after], %[x], %[t2], %[after]\n\t"
        "ldr %[x], %[multiplier]\n\t"
        "smmulr %[sum], %[sum], %[x]\n\t"
        "ldr %[x], %[half]\n\t"
        "add %[sum], %[sum], %[sum], asr #31\n\t"
        "add %[sum], %[sum], %[x]\n\t"
        "ldr %[x], %[right]\n\t"
        "asr %[sum], %[sum], %[x]\n\t"
        "ssat %[sum], #8, %[sum]\n\t"
        "strb %[sum], [%[in], %[to]]\n\t"
        "ldr %[x], %[last]\n\t"
        "add %[in], %[in], %[row]\n\t"
        "cmp %[in], %[x]\n\t"
        "bne 1b"
        : [x] "=&r"(x), [sum] "=&r"(sum), [next] "+r"(next), [after] "+r"(after), [in] "+r"(in)
        : [t0] "r"(taps0), [t1] "r"(taps1), [t2] "r"(taps2), [t3] "r"(taps3), [t4] "r"(taps4),
          [bias] "r"(bias), [channels] "r"(channels), [row] "r"(row), [to] "r"(to),
          [multiplier] "m"(s.multiplier), [half] "m"(s.half), [right] "m"(s.right), [last] "m"(last)
        : "memory", "cc");
  }
  for (; out != end; out += step) {
    NEXT_ROW(y < height);
    const int32_t sum = ROW2(next);
    next = ROW1(after), after = ROW0(bias);
    *out = rescale_twice(sum, s);
  }
}

/* 3x3: channel by channel, column by column, where that is possible. */
void assay_depthwise_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  const int32_t channels = layer->in_channels, stride = layer->stride, most = layer->in_width - 3;
  if (layer->kernel_height != 3 || layer->kernel_width != 3 || stride > 2 || most < 0 ||
      layer->in_height < 3 || layer->pad_top > 1 || layer->pad_left > most_moved ||
      (layer->out_width - 1) * stride - layer->pad_left > most + most_moved ||
      !assay_is_quick(layer, 0, channels, 9)) {
    assay_depthwise_by_rows(layer, in, out);
    return;
  }
  three_columns columns;
  for (int32_t j = 0; j < moved_columns; ++j) columns.pairs[j] = columns.thirds[j] = columns.sums[j] = 0;
  three_taps t;
  t.zero = layer->in_zero;
  for (int32_t c = 0; c < channels; ++c) {
    put_columns(layer->weights + c, channels, &columns);
    t.scale = scale_of(layer, c);
    int32_t moved = most_moved + 1;
    for (int32_t x = 0, left = -layer->pad_left; x < layer->out_width; ++x, left += stride) {
      const int32_t base = left < 0 ? 0 : left > most ? most : left;
      if (left - base != moved) moved = left - base, put_taps(&columns, moved, layer->bias[c] * 2, &t);
      column_of_three(layer, &t, in + base * channels + c, out + x * channels + c);
    }
  }
}
