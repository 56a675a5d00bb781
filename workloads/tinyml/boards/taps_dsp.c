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

void assay_window4_int8(const int8_t* x, const int8_t* w, const assay_window* window, int32_t zero,
                        int32_t sums[4]) {
  int32_t sum0 = sums[0], sum1 = sums[1], sum2 = sums[2], sum3 = sums[3];
  const int16x2_t zeros = twice(zero);
  for (int32_t i = 0; i < window->rows; ++i) {
    const int8_t* pixel = x + i * window->x_row;
    const int8_t* tap = w + i * window->w_row;
    for (int32_t j = 0; j < window->columns; ++j) {
      const uint32_t values = word_at(pixel);
      const uint32_t taps = word_at(tap);
      const int16x2_t x_even = __ssub16(even(values), zeros);
      const int16x2_t x_odd = __ssub16(odd(values), zeros);
      sum0 = __smlabb(x_even, even(taps), sum0);
      sum1 = __smlabb(x_odd, odd(taps), sum1);
      sum2 = __smlatt(x_even, even(taps), sum2);
      sum3 = __smlatt(x_odd, odd(taps), sum3);
      pixel += window->channels;
      tap += window->channels;
    }
  }
  sums[0] = sum0, sums[1] = sum1, sums[2] = sum2, sums[3] = sum3;
}

void assay_rescale4_int8(const assay_layer_int8* layer, int32_t o, const int32_t sums[4], int8_t* out) {
  for (int32_t k = 0; k < 4; ++k) out[k] = assay_rescale(layer, o + k, sums[k]);
}
