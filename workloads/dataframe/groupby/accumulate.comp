// SPDX-License-Identifier: Apache-2.0
// Adds rows to the table of their groups (dense keys), with sums of 64 bits of two 32-bit additions: the addition that
// carries sees it, so that the sums are exact in any order. Where the table is small each workgroup has one of its own.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"
#include "workloads/dataframe/groupby/table.glsl"

layout(constant_id = 1) const bool all = false;
layout(constant_id = 2) const bool own_table = false;
layout(constant_id = 3) const uint own_words = 1;

layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer Ints { int at[]; };
layout(buffer_reference, std430, buffer_reference_align = 8) restrict readonly buffer Longs { uvec2 at[]; };
layout(push_constant) uniform Constants {
  Ints code;
  Ints v1;
  Ints v2;
  Longs v3;  // i64: low half, high half
  Table table;
  uint rows;
  uint range;
  uint groups;  // workgroups that share the rows
};

shared uint own[own_words];

void add_own(uint low_at, uint low, uint high) {
  const uint before = atomicAdd(own[low_at], low);
  high += before + low < before ? 1u : 0u;
  if (high != 0) atomicAdd(own[low_at + range], high);
}

void add_to_table(uint low_at, uint low, uint high) {
  const uint before = atomicAdd(table.at[low_at], low);
  high += before + low < before ? 1u : 0u;
  if (high != 0) atomicAdd(table.at[low_at + range], high);
}

void add(uint plane, uint slot, uint low, uint high) {
  const uint at = plane * range + slot;
  if (own_table) {
    add_own(at, low, high);
  } else {
    add_to_table(at, low, high);
  }
}

void add(uint plane, uint slot, int value) { add(plane, slot, uint(value), uint(value >> 31)); }

void main() {
  const uint first = gl_LocalInvocationIndex;
  if (own_table) {
    for (uint i = first; i < own_words; i += gl_WorkGroupSize.x) own[i] = 0;
    barrier();
  }
  const uint group = group_index();
  const uint step = groups * gl_WorkGroupSize.x;
  for (uint i = group * gl_WorkGroupSize.x + first; group < groups && i < rows; i += step) {
    const uint slot = uint(code.at[i]);
    if (own_table) {
      atomicAdd(own[slot], 1u);
    } else {
      atomicAdd(table.at[slot], 1u);
    }
    add(plane_v1, slot, v1.at[i]);
    if (!all) continue;
    add(plane_v2, slot, v2.at[i]);
    const uvec2 micro = v3.at[i];
    add(plane_v3, slot, micro.x, micro.y);
  }
  if (!own_table) return;
  barrier();
  for (uint slot = first; slot < range; slot += gl_WorkGroupSize.x) {
    if (own[slot] == 0) continue;
    atomicAdd(table.at[slot], own[slot]);
    for (uint at = range + slot; at < own_words; at += 2 * range) add_to_table(at, own[at], own[at + range]);
  }
}
