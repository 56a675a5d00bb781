// SPDX-License-Identifier: Apache-2.0
// x += added, then its RMSNorm. One workgroup.
#version 460
#extension GL_GOOGLE_include_directive : require
#define SUM float
#include "harness/backends/vulkan/reduce.glsl"

layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer From { float at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict buffer Both { float at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict writeonly buffer To { float at[]; };
layout(push_constant) uniform Constants {
  Both x;
  From added;
  From gain;
  To normed;
  uint count;
  float epsilon;
};

shared float factor;

void main() {
  if (group_index() != 0) return;
  float squares = 0;
  for (uint i = gl_LocalInvocationIndex; i < count; i += gl_WorkGroupSize.x) {
    const float value = x.at[i] + added.at[i];
    x.at[i] = value;
    squares += value * value;
  }
  squares = group_sum(squares);
  if (gl_LocalInvocationIndex == 0) factor = inversesqrt(squares / float(count) + epsilon);
  barrier();
  for (uint i = gl_LocalInvocationIndex; i < count; i += gl_WorkGroupSize.x) {
    normed.at[i] = x.at[i] * factor * gain.at[i];
  }
}
