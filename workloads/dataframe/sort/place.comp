// SPDX-License-Identifier: Apache-2.0
// Places the rows of a tile, those of one digit in the order that they had: a workgroup a tile.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"
#include "workloads/dataframe/sort/digits.glsl"

layout(buffer_reference, std430, buffer_reference_align = 4) restrict writeonly buffer To { uint at[]; };
layout(push_constant) uniform Constants {
  Column column;
  Order order;
  Counts begins;  // [digit][tile]
  To to;
  uvec2 minimum;
  uint rows;
  uint tiles;
  uint shift;
  uint first;
};

shared uint next[digits];
shared uint here[gl_WorkGroupSize.x];

void main() {
  const uint tile = group_index();
  const uint at = gl_LocalInvocationIndex;
  if (tile >= tiles) return;
  if (at < digits) next[at] = begins.at[at * tiles + tile];
  for (uint k = 0; k < rounds; ++k) {
    const uint i = (tile * rounds + k) * gl_WorkGroupSize.x + at;
    uint row = 0;
    uint digit = digits;  // of no row
    if (i < rows) {
      row = row_at(order, i, first != 0);
      digit = digit_of(column.at[row], minimum, shift);
    }
    here[at] = digit;
    barrier();
    uint before = 0;
    for (uint j = 0; j < at; ++j) before += here[j] == digit ? 1u : 0u;
    if (digit < digits) to.at[next[digit] + before] = row;
    barrier();
    if (at < digits) {
      uint placed = 0;
      for (uint j = 0; j < gl_WorkGroupSize.x; ++j) placed += here[j] == at ? 1u : 0u;
      next[at] += placed;
    }
    barrier();
  }
}
