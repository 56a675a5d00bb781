// SPDX-License-Identifier: Apache-2.0
// A workgroup a row; 16-byte loads.
#version 460
#extension GL_GOOGLE_include_directive : require
#define SUM float
#include "harness/backends/vulkan/reduce.glsl"

layout(buffer_reference, std430, buffer_reference_align = 16) restrict readonly buffer Vectors { vec4 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict writeonly buffer To { float at[]; };
layout(push_constant) uniform Constants {
  Vectors w;
  Vectors x;
  To y;
  uint rows;
  uint vectors;  // of a row
};

void main() {
  const uint row = group_index();
  float sum = 0;
  if (row < rows) {
    for (uint i = gl_LocalInvocationIndex; i < vectors; i += gl_WorkGroupSize.x) {
      sum += dot(w.at[row * vectors + i], x.at[i]);
    }
  }
  sum = group_sum(sum);
  if (gl_LocalInvocationIndex == 0 && row < rows) y.at[row] = sum;
}
