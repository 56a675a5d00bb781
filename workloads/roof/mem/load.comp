// SPDX-License-Identifier: Apache-2.0
// Sums of 32-bit patterns, modulo 2^32: one for each workgroup, which walks over pieces of the data. The same
// kernel then adds those up.
#version 460
#extension GL_GOOGLE_include_directive : require
#define SUM uint
#include "harness/backends/vulkan/reduce.glsl"

const uint vectors = 4;  // in flight for each invocation

layout(buffer_reference, std430, buffer_reference_align = 16) restrict readonly buffer From { uvec4 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer FromOne { uint at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict writeonly buffer To { uint at[]; };
layout(push_constant) uniform Constants {
  From from;
  To sums;
  uint whole;   // vectors
  uint rest;    // elements after the last of them
  uint groups;  // that share the data
};

void main() {
  const uint group = group_index();
  const uint piece = vectors * gl_WorkGroupSize.x;
  uint sum = 0;
  for (uint begin = group * piece; begin < whole; begin += groups * piece) {
    uvec4 loaded[vectors];
    for (uint k = 0; k < vectors; ++k) {
      const uint i = begin + k * gl_WorkGroupSize.x + gl_LocalInvocationIndex;
      loaded[k] = i < whole ? from.at[i] : uvec4(0);
    }
    for (uint k = 0; k < vectors; ++k) sum += loaded[k].x + loaded[k].y + loaded[k].z + loaded[k].w;
  }
  if (group == 0 && gl_LocalInvocationIndex < rest) sum += FromOne(from).at[4 * whole + gl_LocalInvocationIndex];
  sum = group_sum(sum);
  if (gl_LocalInvocationIndex == 0 && group < groups) sums.at[group] = sum;
}
