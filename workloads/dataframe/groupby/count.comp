// SPDX-License-Identifier: Apache-2.0
// How many groups occur in each piece of the table: a workgroup a piece.
#version 460
#extension GL_GOOGLE_include_directive : require
#define SUM uint
#include "harness/backends/vulkan/reduce.glsl"
#include "workloads/dataframe/groupby/table.glsl"

layout(push_constant) uniform Constants {
  Table table;
  Counts counts;
  uint range;
  uint piece;
  uint pieces;
};

void main() {
  const uint group = group_index();
  const uint end = group < pieces ? min((group + 1) * piece, range) : 0;
  uint occurring = 0;
  for (uint slot = group * piece + gl_LocalInvocationIndex; slot < end; slot += gl_WorkGroupSize.x) {
    occurring += table.at[plane_rows * range + slot] != 0 ? 1u : 0u;
  }
  occurring = group_sum(occurring);
  if (gl_LocalInvocationIndex == 0 && group < pieces) counts.at[group] = occurring;
}
