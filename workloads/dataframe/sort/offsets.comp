// SPDX-License-Identifier: Apache-2.0
// Turns counts into the places where the rows of each digit and tile begin; one workgroup.
#version 460
#extension GL_GOOGLE_include_directive : require
#define SCAN
#include "harness/backends/vulkan/reduce.glsl"
#include "workloads/dataframe/sort/digits.glsl"

layout(push_constant) uniform Constants {
  Counts counts;
  uint count;
};

void main() {
  uint base = 0;
  for (uint begin = 0; begin < count; begin += gl_WorkGroupSize.x) {
    const uint i = begin + gl_LocalInvocationIndex;
    uint total;
    const uint before = group_scan(i < count ? counts.at[i] : 0, total);
    if (i < count) counts.at[i] = base + before;
    base += total;
  }
}
