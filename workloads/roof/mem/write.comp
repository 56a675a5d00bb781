// SPDX-License-Identifier: Apache-2.0
// to[i] = b[i] (copy), b[i] + scale * c[i] (triad) or scale (fill), by vectors of 4: each workgroup a contiguous
// piece, each invocation VECTORS of them.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"

layout(constant_id = 1) const uint kind = 0;  // of Kind: 1 copy, 2 triad, 4 fill
const uint vectors = 4;

layout(buffer_reference, std430, buffer_reference_align = 16) restrict readonly buffer From { vec4 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer FromOne { float at[]; };
layout(buffer_reference, std430, buffer_reference_align = 16) restrict writeonly buffer To { vec4 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict writeonly buffer ToOne { float at[]; };
layout(push_constant) uniform Constants {
  To to;
  From b;
  From c;
  uint whole;  // vectors
  uint rest;   // elements after the last of them
  float scale;
};

vec4 value(uint i) {
  if (kind == 1) return b.at[i];
  if (kind == 2) return b.at[i] + scale * c.at[i];
  return vec4(scale);
}

void main() {
  const uint begin = group_index() * vectors * gl_WorkGroupSize.x + gl_LocalInvocationIndex;
  vec4 loaded[vectors];
  for (uint k = 0; k < vectors; ++k) {
    const uint i = begin + k * gl_WorkGroupSize.x;
    if (i < whole) loaded[k] = value(i);
  }
  for (uint k = 0; k < vectors; ++k) {
    const uint i = begin + k * gl_WorkGroupSize.x;
    if (i < whole) to.at[i] = loaded[k];
  }
  if (group_index() == 0 && gl_LocalInvocationIndex < rest) {
    const uint i = 4 * whole + gl_LocalInvocationIndex;
    const float x = kind == 4 ? scale : FromOne(b).at[i];
    ToOne(to).at[i] = kind == 2 ? x + scale * FromOne(c).at[i] : x;
  }
}
