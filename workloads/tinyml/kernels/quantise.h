/* SPDX-License-Identifier: Apache-2.0 */
/* Fixed-point arithmetic of the TFLite int8 specification, freestanding C11. Written from the definitions in
 * Jacob et al. 2018 (arXiv:1712.05877, section 2.2 and appendix B) and of gemmlowp's fixed-point types; the
 * results are those of TFLite Micro's reference kernels, which round twice (held to them by
 * tests/bench/tflite_check.py). Right shifts of negative numbers are arithmetic, as on every compiler we use.
 */
#ifndef ASSAY_TINYML_QUANTISE_H
#define ASSAY_TINYML_QUANTISE_H

#include <stdint.h>

/* The high 32 bits of 2ab, rounded to nearest (a tie goes up); the one overflow, both INT32_MIN, saturates.
 * Rounding a*b/2^31 with a nudge of 2^30 or 1 - 2^30 and truncation, as the definition says, is floor((ab +
 * 2^30) / 2^31). */
static inline int32_t assay_q_high_mul(int32_t a, int32_t b) {
  if (a == INT32_MIN && b == INT32_MIN) return INT32_MAX;
  return (int32_t)(((int64_t)a * b + (INT64_C(1) << 30)) >> 31);
}

/* x / 2^exponent to nearest, a tie away from zero; exponent in [0, 31]. */
static inline int32_t assay_q_round_shift(int32_t x, int32_t exponent) {
  const int32_t mask = (int32_t)((UINT32_C(1) << exponent) - 1u);
  const int32_t remainder = x & mask;
  const int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

/* x * 2^exponent, saturated; exponent in [0, 31]. */
static inline int32_t assay_q_saturating_shift(int32_t x, int32_t exponent) {
  const int32_t limit = INT32_MAX >> exponent;
  if (x > limit) return INT32_MAX;
  if (x < -limit - 1) return INT32_MIN;
  return (int32_t)((uint32_t)x << exponent);
}

/* x * multiplier / 2^31 * 2^shift (MultiplyByQuantizedMultiplier): a left shift first, which wraps as in the
 * definition, then the doubling high product, then a rounding right shift: two roundings. multiplier >= 0,
 * shift in
 * [-31, 30]. */
static inline int32_t assay_q_multiply(int32_t x, int32_t multiplier, int32_t shift) {
  const int32_t left = shift > 0 ? shift : 0;
  const int32_t right = shift > 0 ? 0 : -shift;
  return assay_q_round_shift(assay_q_high_mul((int32_t)((uint32_t)x << left), multiplier), right);
}

/* x to the output's scale, plus its zero point, clamped: clamping first keeps the sum from overflowing. */
static inline int8_t assay_q_requantise(int32_t x, int32_t multiplier, int32_t shift, int32_t zero,
                                        int32_t low, int32_t high) {
  int32_t y = assay_q_multiply(x, multiplier, shift);
  if (y < low - zero) y = low - zero;
  if (y > high - zero) y = high - zero;
  return (int8_t)(y + zero);
}

/* multiplier, shift with multiplier / 2^31 * 2^shift = numerator / denominator to nearest, multiplier in
 * [2^30, 2^31); both in [1, 2^31]. */
static inline void assay_q_ratio(uint64_t numerator, uint64_t denominator, int32_t* multiplier,
                                 int32_t* shift) {
  int32_t exponent = 0;
  while (numerator >= denominator) {
    denominator <<= 1;
    ++exponent;
  }
  while (numerator * 2 < denominator) {
    numerator <<= 1;
    --exponent;
  }
  uint64_t q = ((numerator << 31) + denominator / 2) / denominator;
  if (q == (UINT64_C(1) << 31)) {
    q >>= 1;
    ++exponent;
  }
  *multiplier = (int32_t)q;
  *shift = exponent;
}

#endif
