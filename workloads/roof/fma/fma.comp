// SPDX-License-Identifier: Apache-2.0
// Four chains x = a * x + b for each invocation, in registers; FLOAT64 where the device has it.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"

#ifdef FLOAT64
#define REAL double
#define REALS dvec4
#else
#define REAL float
#define REALS vec4
#endif
const uint unroll = 16;

layout(buffer_reference, std430, buffer_reference_align = 32) restrict readonly buffer From { REALS at[]; };
layout(buffer_reference, std430, buffer_reference_align = 32) restrict writeonly buffer To { REALS at[]; };
layout(push_constant) uniform Constants {
  From from;
  To to;
  REAL a;
  REAL b;
  uint vectors;
  uint rounds;
};

void main() {
  const uint i = group_index() * gl_WorkGroupSize.x + gl_LocalInvocationIndex;
  if (i >= vectors) return;
  REALS x = from.at[i];
  uint left = rounds;
  for (; left >= unroll; left -= unroll) {
    for (uint k = 0; k < unroll; ++k) x = fma(REALS(a), x, REALS(b));
  }
  for (; left > 0; --left) x = fma(REALS(a), x, REALS(b));
  to.at[i] = x;
}
