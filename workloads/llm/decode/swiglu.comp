// SPDX-License-Identifier: Apache-2.0
// silu(gate) * up, of `gate_up` that has all gates, then as many factors: an invocation one.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"

layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer From { float at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict writeonly buffer To { float at[]; };
layout(push_constant) uniform Constants {
  From gate_up;
  To hidden;
  uint count;
};

void main() {
  const uint i = group_index() * gl_WorkGroupSize.x + gl_LocalInvocationIndex;
  if (i >= count) return;
  const float gate = gate_up.at[i];
  hidden.at[i] = gate / (1.0 + exp(-gate)) * gate_up.at[count + i];
}
