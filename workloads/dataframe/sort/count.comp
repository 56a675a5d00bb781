// SPDX-License-Identifier: Apache-2.0
// How many rows of each digit a tile has: a workgroup a tile.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"
#include "workloads/dataframe/sort/digits.glsl"

layout(push_constant) uniform Constants {
  Column column;
  Order order;
  Counts counts;  // [digit][tile]
  uvec2 minimum;
  uint rows;
  uint tiles;
  uint shift;
  uint first;  // pass: rows lie in the order of the table
};

shared uint found[digits];

void main() {
  const uint tile = group_index();
  const uint at = gl_LocalInvocationIndex;
  if (tile >= tiles) return;
  if (at < digits) found[at] = 0;
  barrier();
  for (uint k = 0; k < rounds; ++k) {
    const uint i = (tile * rounds + k) * gl_WorkGroupSize.x + at;
    if (i < rows) atomicAdd(found[digit_of(column.at[row_at(order, i, first != 0)], minimum, shift)], 1u);
  }
  barrier();
  if (at < digits) counts.at[at * tiles + tile] = found[at];
}
