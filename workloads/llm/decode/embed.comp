// SPDX-License-Identifier: Apache-2.0
// x = factor * embedding[(13 t + 7) mod V] for the token t, of whatever format the weights are; nothing to be added to it yet.
// One workgroup.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"

layout(constant_id = 1) const uint format = 0;  // of llm::Format: f32, f16, q8_0, q4_0

layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer Words { uint at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer Tokens { int at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict writeonly buffer To { float at[]; };
layout(push_constant) uniform Constants {
  Words weights;
  Tokens tokens;
  To x;
  To added;
  uint token;  // its place in `tokens`
  uint columns;
  uint rows;
  float factor;
};

uint half_at(uint i) { return (i & 1u) == 0 ? weights.at[i >> 1] & 0xFFFFu : weights.at[i >> 1] >> 16; }
float real_at(uint i) { return unpackHalf2x16(half_at(i)).x; }

float weight(uint i) {
  if (format == 0) return uintBitsToFloat(weights.at[i]);
  if (format == 1) return real_at(i);
  const uint block = i / 32 * (format == 2 ? 17u : 9u);  // where it begins, in units of 2 bytes
  const uint j = i % 32;
  if (format == 2) {
    return real_at(block) * float(bitfieldExtract(int(half_at(block + 1 + j / 2)), int(j & 1u) * 8, 8));
  }
  const uint nibbles = half_at(block + 1 + j % 16 / 2) >> (j & 1u) * 8;
  return real_at(block) * (float(j < 16 ? nibbles & 15u : nibbles >> 4 & 15u) - 8.0);
}

void main() {
  if (group_index() != 0) return;
  const uint first = (13 * uint(tokens.at[token]) + 7) % rows * columns;
  for (uint i = gl_LocalInvocationIndex; i < columns; i += gl_WorkGroupSize.x) {
    x.at[i] = factor * weight(first + i);
    added.at[i] = 0;
  }
}
