/* SPDX-License-Identifier: Apache-2.0 */
/* Armv7E-M and Armv8-M with the DSP extension: two products of 16 bits an instruction (SMLAD). */
#include <arm_acle.h>

#include "workloads/llm/boards/dot.h"

/* Four bytes, wherever they lie: these cores load words from any address. */
static inline uint32_t word_at(const int8_t* bytes) {
  uint32_t word;
  __builtin_memcpy(&word, bytes, sizeof word);
  return word;
}

/* Bytes 1 and 3 as two numbers of 16 bits. (GCC 12 does not fold the rotation by itself.) */
static inline int16x2_t odd(uint32_t word) {
  int16x2_t result;
  __asm__("sxtb16 %0, %1, ror #8" : "=r"(result) : "r"(word));
  return result;
}

static inline int32_t dot(int32_t sum, const int8_t* w, int16x2_t x_even, int16x2_t x_odd) {
  const uint32_t word = word_at(w);
  return __smlad(odd(word), x_odd, __smlad(__sxtb16((int8x4_t)word), x_even, sum));
}

void assay_dot4_q8(const int8_t* x, const int8_t* w, int32_t stride, int32_t sums[4]) {
  const int8_t* w1 = w + stride;
  const int8_t* w2 = w1 + stride;
  const int8_t* w3 = w2 + stride;
  int32_t sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
  for (const int8_t* const end = x + 32; x < end; x += 4, w += 4, w1 += 4, w2 += 4, w3 += 4) {
    const uint32_t values = word_at(x);
    const int16x2_t x_even = __sxtb16((int8x4_t)values), x_odd = odd(values);
    sum0 = dot(sum0, w, x_even, x_odd);
    sum1 = dot(sum1, w1, x_even, x_odd);
    sum2 = dot(sum2, w2, x_even, x_odd);
    sum3 = dot(sum3, w3, x_even, x_odd);
  }
  sums[0] = sum0, sums[1] = sum1, sums[2] = sum2, sums[3] = sum3;
}
