// SPDX-License-Identifier: Apache-2.0
// A workgroup a row of q8_0 or q4_0 (ggml's blocks, byte for byte), an invocation a block. Blocks of 34 or 18 bytes begin at
// even bytes: words are read from the boundary at or below, and shifted into place.
#version 460
#extension GL_GOOGLE_include_directive : require
#define SUM float
#include "harness/backends/vulkan/reduce.glsl"
#include "workloads/llm/support/dot8.glsl"

layout(constant_id = 1) const bool q4 = false;

layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer Words { uint at[]; };
layout(buffer_reference, std430, buffer_reference_align = 16) restrict readonly buffer Codes { ivec4 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 8) restrict readonly buffer Scales { vec2 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict writeonly buffer To { float at[]; };
layout(push_constant) uniform Constants {
  Words w;
  Codes codes;
  Scales scales;
  To y;
  uint rows;
  uint blocks;  // of a row
};

float block_dot(uint row, uint block) {
  const uint halves = (row * blocks + block) * (q4 ? 9u : 17u);  // where it begins, in units of 2 bytes
  const bool odd = (halves & 1u) != 0;
  uint at = halves >> 1;
  uint previous = w.at[at];
  const float scale = unpackHalf2x16(odd ? previous >> 16 : previous).x;
  const ivec4 low = codes.at[2 * block];
  const ivec4 high = codes.at[2 * block + 1];
  const vec2 of_x = scales.at[block];
  int sum = 0;
  for (uint k = 0; k < (q4 ? 4u : 8u); ++k) {
    const uint next = w.at[++at];
    const uint quants = odd ? next : previous >> 16 | next << 16;
    previous = next;
    if (q4) {
      sum += dot_bytes(int(quants & 0x0F0F0F0Fu), low[k]) + dot_bytes(int(quants >> 4 & 0x0F0F0F0Fu), high[k]);
    } else {
      sum += dot_bytes(int(quants), k < 4 ? low[k] : high[k - 4]);
    }
  }
  // q4_0 has an offset of 8.
  return q4 ? scale * (of_x.x * float(sum) - 8.0 * of_x.y) : scale * of_x.x * float(sum);
}

void main() {
  const uint row = group_index();
  float sum = 0;
  if (row < rows) {
    for (uint i = gl_LocalInvocationIndex; i < blocks; i += gl_WorkGroupSize.x) sum += block_dot(row, i);
  }
  sum = group_sum(sum);
  if (gl_LocalInvocationIndex == 0 && row < rows) y.at[row] = sum;
}
