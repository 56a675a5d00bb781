// SPDX-License-Identifier: Apache-2.0
// x in 8 bits by blocks of 32, as quantise_activations (llm/support/matrix.h) has it: an invocation a block.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"

layout(buffer_reference, std430, buffer_reference_align = 16) restrict readonly buffer Values { vec4 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 16) restrict writeonly buffer Codes { uvec4 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 8) restrict writeonly buffer Scales { vec2 at[]; };
layout(push_constant) uniform Constants {
  Values x;
  Codes codes;    // four in a word, the first lowest
  Scales scales;  // m / 127, and that times the sum of the codes
  uint blocks;
};

// a / b for normal positive numbers, correctly rounded: Vulkan's own division may be off by 2.5 units, which would change
// codes. Long division of the significands, one bit a turn; ties cannot happen in a division of 24 bits by 24 bits.
float quotient(float a, float b) {
  const uint bits_a = floatBitsToUint(a);
  const uint bits_b = floatBitsToUint(b);
  uint left = (bits_a & 0x7FFFFFu) | 0x800000u;
  const uint by = (bits_b & 0x7FFFFFu) | 0x800000u;
  int exponent = int(bits_a >> 23) - int(bits_b >> 23) + 127;
  if (left < by) {
    left <<= 1;
    --exponent;
  }
  uint result = 0;
  for (uint i = 0; i < 25; ++i) {  // 24 bits and one to round by
    result <<= 1;
    if (left >= by) {
      left -= by;
      result |= 1u;
    }
    left <<= 1;
  }
  result = (result + 1) >> 1;  // may carry into the exponent, as it must
  return uintBitsToFloat((uint(exponent) << 23) + result - 0x800000u);
}

void main() {
  const uint block = group_index() * gl_WorkGroupSize.x + gl_LocalInvocationIndex;
  if (block >= blocks) return;
  vec4 largest = vec4(0);
  for (uint i = 0; i < 8; ++i) largest = max(largest, abs(x.at[8 * block + i]));
  const float m = max(max(largest.x, largest.y), max(largest.z, largest.w));
  const float by = m > 0 ? quotient(127.0, m) : 0;
  int sum = 0;
  uint words[8];
  for (uint i = 0; i < 8; ++i) {
    const ivec4 code = ivec4(roundEven(x.at[8 * block + i] * by));
    sum += code.x + code.y + code.z + code.w;
    const uvec4 low = uvec4(code) & 0xFFu;
    words[i] = low.x | low.y << 8 | low.z << 16 | low.w << 24;
  }
  codes.at[2 * block] = uvec4(words[0], words[1], words[2], words[3]);
  codes.at[2 * block + 1] = uvec4(words[4], words[5], words[6], words[7]);
  const float scale = m > 0 ? quotient(m, 127.0) : 0;
  scales.at[block] = vec2(scale, scale * float(sum));
}
