// SPDX-License-Identifier: Apache-2.0
// Puts the pieces of a head together: an invocation two of its values.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"

layout(buffer_reference, std430, buffer_reference_align = 8) restrict readonly buffer Parts { vec2 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 8) restrict writeonly buffer To { vec2 at[]; };
layout(push_constant) uniform Constants {
  Parts parts;
  To to;
  uint pairs;
  uint pieces;
  uint count;  // of pairs of all heads
};

void main() {
  const uint i = group_index() * gl_WorkGroupSize.x + gl_LocalInvocationIndex;
  if (i >= count) return;
  const uint first = i / pairs * pieces;
  float largest = -3.0e38;
  for (uint p = 0; p < pieces; ++p) largest = max(largest, parts.at[(first + p) * (pairs + 1) + pairs].x);
  vec2 sum = vec2(0);
  float all = 0;
  for (uint p = 0; p < pieces; ++p) {
    const uint part = (first + p) * (pairs + 1);
    const vec2 facts = parts.at[part + pairs];
    const float weight = exp(facts.x - largest);
    sum += weight * parts.at[part + i % pairs];
    all += weight * facts.y;
  }
  to.at[i] = sum / all;
}
