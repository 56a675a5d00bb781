// SPDX-License-Identifier: Apache-2.0
// assay_softmax_int8 (kernels/softmax_int8.c, which explains the arithmetic), by one invocation.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"
#include "workloads/tinyml/vulkan/quantise.glsl"

layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer From { uint at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict writeonly buffer To { uint at[]; };
layout(push_constant) uniform Constants {
  From from;
  To to;
  int count;
  int multiplier;
  int shift;
  int least;  // smaller differences count as zero
};

int exp_small(int a) {
  const int exp_minus_eighth = 1895147668;
  const int third = 715827883;
  const int x = a + (1 << 28);
  const int x2 = high_mul(x, x);
  const int x3 = high_mul(x2, x);
  const int x4_4 = round_shift(high_mul(x2, x2), 2);
  const int tail = round_shift(high_mul(x4_4 + x3, third) + x2, 1);
  return exp_minus_eighth + high_mul(exp_minus_eighth, x + tail);
}

int exp_negative(int a) {
  const int factors[7] = int[](1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242);
  const int quarter = 1 << 24;
  const int rest = (a & (quarter - 1)) - quarter;
  const int multiple = rest - a;
  int result = exp_small(saturating_shift(rest, 5));
  for (int k = 0; k < 7; ++k) {
    if ((multiple & (quarter << k)) != 0) result = high_mul(result, factors[k]);
  }
  return a == 0 ? greatest_int : result;
}

int reciprocal(int a) {
  const int constant_48_17 = 1515870810;
  const int constant_minus_32_17 = -1010580540;
  const int d = int((uint(a) + 0x80000000u) >> 1);  // (a + 2^31) / 2: a is not negative
  int x = constant_48_17 + high_mul(d, constant_minus_32_17);
  for (int i = 0; i < 3; ++i) {
    const int error = (1 << 29) - high_mul(d, x);
    x += saturating_shift(high_mul(x, error), 2);
  }
  return saturating_shift(x, 1);
}

int logit(int c) { return unpacked(from.at[c / 4])[c % 4]; }

void main() {
  if (group_index() != 0 || gl_LocalInvocationIndex != 0) return;
  int greatest = -128;
  for (int c = 0; c < count; ++c) greatest = max(greatest, logit(c));
  int sum = 0;
  for (int c = 0; c < count; ++c) {
    const int difference = logit(c) - greatest;
    if (difference >= least) sum += round_shift(exp_negative(scaled(difference, multiplier, shift)), 12);
  }
  const int headroom = 31 - findMSB(uint(sum));
  const int over_unit = 12 - headroom;
  const int scale = reciprocal(int((uint(sum) << headroom) - 0x80000000u));
  ivec4 values = ivec4(0);
  for (int c = 0; c < count; ++c) {
    const int difference = logit(c) - greatest;
    int value = -128;
    if (difference >= least) {
      const int exponential = exp_negative(scaled(difference, multiplier, shift));
      value = clamp(round_shift(high_mul(scale, exponential), over_unit + 23) - 128, -128, 127);
    }
    values[c % 4] = value;
    if (c % 4 == 3 || c == count - 1) to.at[c / 4] = packed_word(values);
  }
}
