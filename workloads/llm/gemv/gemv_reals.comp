// SPDX-License-Identifier: Apache-2.0
// A workgroup a row of f32 or binary16; 16-byte loads.
#version 460
#extension GL_GOOGLE_include_directive : require
#define SUM float
#include "harness/backends/vulkan/reduce.glsl"

layout(constant_id = 1) const bool halves = false;

layout(buffer_reference, std430, buffer_reference_align = 16) restrict readonly buffer Words { uvec4 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 16) restrict readonly buffer Vectors { vec4 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict writeonly buffer To { float at[]; };
layout(push_constant) uniform Constants {
  Words w;
  Vectors x;  // f32 in any case
  To y;
  uint rows;
  uint vectors;  // of a row, 16 bytes each
};

float part(uint row, uint i) {
  const uvec4 words = w.at[row * vectors + i];
  if (!halves) return dot(uintBitsToFloat(words), x.at[i]);
  return dot(vec4(unpackHalf2x16(words.x), unpackHalf2x16(words.y)), x.at[2 * i]) +
         dot(vec4(unpackHalf2x16(words.z), unpackHalf2x16(words.w)), x.at[2 * i + 1]);
}

void main() {
  const uint row = group_index();
  float sum = 0;
  if (row < rows) {
    for (uint i = gl_LocalInvocationIndex; i < vectors; i += gl_WorkGroupSize.x) sum += part(row, i);
  }
  sum = group_sum(sum);
  if (gl_LocalInvocationIndex == 0 && row < rows) y.at[row] = sum;
}
