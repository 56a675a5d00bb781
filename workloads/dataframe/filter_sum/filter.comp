// SPDX-License-Identifier: Apache-2.0
// Sums of 64 bits, modulo 2^64, without 64-bit integers (few devices lack them, but sums within a subgroup of them are
// rare): one for each workgroup. `fold`: adds up those instead of rows.
#version 460
#extension GL_GOOGLE_include_directive : require
#define SUM uvec4
#include "harness/backends/vulkan/reduce.glsl"

layout(constant_id = 1) const bool fold = false;

layout(buffer_reference, std430, buffer_reference_align = 16) restrict readonly buffer Bounds { ivec4 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer BoundsOne { int at[]; };
layout(buffer_reference, std430, buffer_reference_align = 16) restrict readonly buffer Values { uvec4 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 8) restrict readonly buffer ValuesOne { uvec2 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 8) restrict writeonly buffer To { uvec2 at[]; };
layout(push_constant) uniform Constants {
  Bounds v1;
  Bounds v2;
  Values v3;  // i64: low half, high half
  To sums;
  int v1_below;
  int v2_below;
  uint rows;
  uint groups;  // that share them
};

uvec2 add(uvec2 a, uvec2 b) {
  uint carry;
  const uint low = uaddCarry(a.x, b.x, carry);
  return uvec2(low, a.y + b.y + carry);
}

bool qualifies(int a, int b) { return a < v1_below && b < v2_below; }

uvec2 rows_of(uint group) {
  const uint step = groups * gl_WorkGroupSize.x;
  uvec2 sum = uvec2(0);
  for (uint i = group * gl_WorkGroupSize.x + gl_LocalInvocationIndex; i < rows / 4; i += step) {
    const ivec4 a = v1.at[i];
    const ivec4 b = v2.at[i];
    const uvec4 low = v3.at[2 * i];
    const uvec4 high = v3.at[2 * i + 1];
    if (qualifies(a.x, b.x)) sum = add(sum, low.xy);
    if (qualifies(a.y, b.y)) sum = add(sum, low.zw);
    if (qualifies(a.z, b.z)) sum = add(sum, high.xy);
    if (qualifies(a.w, b.w)) sum = add(sum, high.zw);
  }
  const uint i = rows / 4 * 4 + gl_LocalInvocationIndex;
  if (group == 0 && i < rows && qualifies(BoundsOne(v1).at[i], BoundsOne(v2).at[i])) {
    sum = add(sum, ValuesOne(v3).at[i]);
  }
  return sum;
}

uvec2 folded() {
  uvec2 sum = uvec2(0);
  for (uint i = gl_LocalInvocationIndex; i < rows; i += gl_WorkGroupSize.x) sum = add(sum, ValuesOne(v3).at[i]);
  return sum;
}

void main() {
  const uint group = group_index();
  const uvec2 sum = fold ? folded() : rows_of(group);
  // In pieces of 16 bits, which workgroups of up to 65,536 add up without a carry.
  const uvec4 pieces = group_sum(uvec4(sum.x & 0xFFFFu, sum.x >> 16, sum.y & 0xFFFFu, sum.y >> 16));
  uvec2 total = add(uvec2(pieces.x, 0), uvec2(pieces.y << 16, pieces.y >> 16));
  total.y += pieces.z + (pieces.w << 16);
  if (gl_LocalInvocationIndex == 0 && group < groups) sums.at[group] = total;
}
