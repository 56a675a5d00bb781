/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/kernels/int8.h"
#include "workloads/tinyml/kernels/quantise.h"

/* Fixed point: Qn.m is an int32 with n integer and m = 31 - n fraction bits. A product of Qa and Qb by
 * assay_q_high_mul is Q(a+b). Constants are the named reals rounded to nearest in their format. */

static int32_t wrap_add(int32_t a, int32_t b) { return (int32_t)((uint32_t)a + (uint32_t)b); }
static int32_t wrap_subtract(int32_t a, int32_t b) { return (int32_t)((uint32_t)a - (uint32_t)b); }

/* exp(a) for a in [-1/4, 0), Q0.31: Taylor of order four around -1/8. */
static int32_t exp_small(int32_t a) {
  const int32_t exp_minus_eighth = 1895147668;
  const int32_t third = 715827883;
  const int32_t x = wrap_add(a, INT32_C(1) << 28);
  const int32_t x2 = assay_q_high_mul(x, x);
  const int32_t x3 = assay_q_high_mul(x2, x);
  const int32_t x4 = assay_q_high_mul(x2, x2);
  const int32_t x4_4 = assay_q_round_shift(x4, 2);
  /* x^4/24 + x^3/6 + x^2/2 */
  const int32_t tail = assay_q_round_shift(wrap_add(assay_q_high_mul(wrap_add(x4_4, x3), third), x2), 1);
  return wrap_add(exp_minus_eighth, assay_q_high_mul(exp_minus_eighth, wrap_add(x, tail)));
}

/* exp(a) in Q0.31 for a <= 0 in Q5.26: a multiple of 1/4, bit by bit, times the rest. */
static int32_t exp_negative(int32_t a) {
  /* exp(-2^k), k = -2 .. 4 */
  static const int32_t factors[7] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  const int32_t quarter = INT32_C(1) << 24;
  const int32_t rest = (a & (quarter - 1)) - quarter; /* in [-1/4, 0) */
  const int32_t multiple = wrap_subtract(rest, a);
  int32_t result = exp_small(assay_q_saturating_shift(rest, 5));
  for (int k = 0; k < 7; ++k) {
    if ((multiple & (quarter << k)) != 0) result = assay_q_high_mul(result, factors[k]);
  }
  return a == 0 ? INT32_MAX : result;
}

static int32_t leading_zeros(uint32_t x) {
  int32_t count = 0;
  while (count < 32 && (x & (UINT32_C(1) << (31 - count))) == 0) ++count;
  return count;
}

/* 1 / (1 + a) in Q0.31 for a in [0, 1), Q0.31: Newton for the reciprocal of d = (1 + a) / 2 in Q2.29, from
 * 48/17 - 32/17 d. */
static int32_t reciprocal(int32_t a) {
  const int32_t constant_48_17 = 1515870810;
  const int32_t constant_minus_32_17 = -1010580540;
  const int32_t one = INT32_C(1) << 29;
  const int32_t d = (int32_t)(((int64_t)a + INT32_MAX + 1) / 2);
  int32_t x = wrap_add(constant_48_17, assay_q_high_mul(d, constant_minus_32_17));
  for (int i = 0; i < 3; ++i) {
    const int32_t error = wrap_subtract(one, assay_q_high_mul(d, x));
    x = wrap_add(x, assay_q_saturating_shift(assay_q_high_mul(x, error), 2));
  }
  return assay_q_saturating_shift(x, 1); /* 1 / (2d), so Q2.29 is read as Q1.30 */
}

void assay_softmax_int8(const int8_t* in, int32_t count, int32_t multiplier, int32_t left_shift,
                        int32_t diff_min, int8_t* out) {
  int32_t maximum = -128;
  for (int32_t c = 0; c < count; ++c) maximum = in[c] > maximum ? in[c] : maximum;
  int32_t sum = 0;
  for (int32_t c = 0; c < count; ++c) {
    const int32_t difference = in[c] - maximum;
    if (difference < diff_min) continue;
    const int32_t scaled = assay_q_multiply(difference, multiplier, left_shift);
    sum = wrap_add(sum, assay_q_round_shift(exp_negative(scaled), 12));
  }
  const int32_t headroom = leading_zeros((uint32_t)sum);
  const int32_t over_unit = 12 - headroom; /* sum = 2^over_unit * (1 + a) */
  const int32_t scale = reciprocal((int32_t)(((uint32_t)sum << headroom) - (UINT32_C(1) << 31)));
  for (int32_t c = 0; c < count; ++c) {
    const int32_t difference = in[c] - maximum;
    int32_t value = -128;
    if (difference >= diff_min) {
      const int32_t exponential = exp_negative(assay_q_multiply(difference, multiplier, left_shift));
      value = assay_q_round_shift(assay_q_high_mul(scale, exponential), over_unit + 23) - 128;
      if (value > 127) value = 127;
      if (value < -128) value = -128;
    }
    out[c] = (int8_t)value;
  }
}
