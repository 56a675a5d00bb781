// SPDX-License-Identifier: Apache-2.0
// Reads through memory, and writes nothing.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"

layout(buffer_reference, std430, buffer_reference_align = 16) buffer Data { uvec4 at[]; };
layout(push_constant) uniform Constants {
  Data data;
  uint count;
};

void main() {
  const uint i = group_index() * gl_WorkGroupSize.x + gl_LocalInvocationIndex;
  if (i >= count) return;
  const uvec4 v = data.at[i];
  if ((v.x ^ v.y ^ v.z ^ v.w) == 0xDEADBEEFu) data.at[0].x = v.x;  // never: but the loads must happen
}
