// SPDX-License-Identifier: Apache-2.0
// kernels/quantise.h for compute shaders, value for value, without 64-bit integers; and int8 channels in words of four.

const int least_int = int(0x80000000u);
const int greatest_int = 0x7FFFFFFF;

int high_mul(int a, int b) {
  if (a == least_int && b == least_int) return greatest_int;
  int high;
  int low;
  imulExtended(a, b, high, low);
  uint carry;
  const uint nudged = uaddCarry(uint(low), 1u << 30, carry);
  return int((uint(high) + carry) << 1 | nudged >> 31);
}

int round_shift(int x, int exponent) {
  const int mask = int((1u << exponent) - 1u);
  const int remainder = x & mask;
  const int threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

int saturating_shift(int x, int exponent) {
  const int limit = greatest_int >> exponent;
  if (x > limit) return greatest_int;
  if (x < -limit - 1) return least_int;
  return x << exponent;
}

int scaled(int x, int multiplier, int shift) {
  return round_shift(high_mul(x << max(shift, 0), multiplier), max(-shift, 0));
}

ivec4 unpacked(uint word) {
  const int bytes = int(word);
  return ivec4(bitfieldExtract(bytes, 0, 8), bitfieldExtract(bytes, 8, 8), bitfieldExtract(bytes, 16, 8),
               bitfieldExtract(bytes, 24, 8));
}

uint packed_word(ivec4 values) {
  const uvec4 bytes = uvec4(values) & 0xFFu;
  return bytes.x | bytes.y << 8 | bytes.z << 16 | bytes.w << 24;
}
