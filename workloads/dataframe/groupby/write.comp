// SPDX-License-Identifier: Apache-2.0
// Writes the groups that occur, in ascending order of the key: a workgroup a piece of the table.
#version 460
#extension GL_GOOGLE_include_directive : require
#define SCAN
#include "harness/backends/vulkan/reduce.glsl"
#include "workloads/dataframe/groupby/table.glsl"

layout(constant_id = 1) const bool all = false;
layout(constant_id = 2) const bool counts = false;

layout(buffer_reference, std430, buffer_reference_align = 8) restrict writeonly buffer Result { uvec2 at[]; };
layout(push_constant) uniform Constants {
  Table table;
  Counts begins;
  Result result;  // i64 in planes of `capacity`: key, v1, v2, v3, rows of the group
  uvec2 minimum;  // the key of slot 0
  uint range;
  uint piece;
  uint pieces;
  uint capacity;
};

uvec2 sum(uint plane, uint slot) {
  return uvec2(table.at[plane * range + slot], table.at[(plane + 1) * range + slot]);
}

void main() {
  const uint group = group_index();
  if (group >= pieces) return;
  uint row = begins.at[group];
  const uint end = min((group + 1) * piece, range);
  for (uint begin = group * piece; begin < end; begin += gl_WorkGroupSize.x) {
    const uint slot = begin + gl_LocalInvocationIndex;
    const bool occurs = slot < end && table.at[plane_rows * range + slot] != 0;
    uint total;
    const uint at = row + group_scan(occurs ? 1u : 0u, total);
    row += total;
    if (!occurs) continue;
    uint carry;
    const uint low = uaddCarry(minimum.x, slot, carry);
    result.at[at] = uvec2(low, minimum.y + carry);
    result.at[capacity + at] = sum(plane_v1, slot);
    if (!all) continue;
    result.at[2 * capacity + at] = sum(plane_v2, slot);
    result.at[3 * capacity + at] = sum(plane_v3, slot);
    if (counts) result.at[4 * capacity + at] = uvec2(table.at[plane_rows * range + slot], 0);
  }
}
