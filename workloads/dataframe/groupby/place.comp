// SPDX-License-Identifier: Apache-2.0
// Turns the groups of each piece into the row of the result at which the piece begins; one workgroup.
#version 460
#extension GL_GOOGLE_include_directive : require
#define SCAN
#include "harness/backends/vulkan/reduce.glsl"
#include "workloads/dataframe/groupby/table.glsl"

layout(push_constant) uniform Constants {
  Counts counts;
  Counts found;  // of all pieces
  uint pieces;
};

void main() {
  uint base = 0;
  for (uint begin = 0; begin < pieces; begin += gl_WorkGroupSize.x) {
    const uint i = begin + gl_LocalInvocationIndex;
    uint total;
    const uint before = group_scan(i < pieces ? counts.at[i] : 0, total);
    if (i < pieces) counts.at[i] = base + before;
    base += total;
  }
  if (gl_LocalInvocationIndex == 0) found.at[0] = base;
}
