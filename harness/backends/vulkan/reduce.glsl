// SPDX-License-Identifier: Apache-2.0
// For compute shaders in one dimension. `#define SUM uint` (or float) goes before this where group_sum() is wanted,
// SUBGROUPS where the device adds within subgroups, and SCAN for group_scan().
#extension GL_EXT_buffer_reference : require
#ifdef SUBGROUPS
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#endif

layout(local_size_x_id = 0) in;

/// Of the workgroup, in a dispatch of one dimension or two (Commands::dispatch).
uint group_index() { return gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x; }

#ifdef SUM
shared SUM parts[gl_WorkGroupSize.x];

/// Sum over the workgroup (a power of two), in its first invocation, always in one order. All invocations
/// call it, once.
SUM group_sum(SUM value) {
  const uint at = gl_LocalInvocationIndex;
#ifdef SUBGROUPS
  value = subgroupAdd(value);
  if (subgroupElect()) parts[gl_SubgroupID] = value;
  barrier();
  value = parts[0];
  if (at == 0) {
    for (uint i = 1; i < gl_NumSubgroups; ++i) value += parts[i];
  }
#else
  parts[at] = value;
  barrier();
  for (uint half_ = gl_WorkGroupSize.x / 2; half_ > 0; half_ /= 2) {
    if (at < half_) parts[at] += parts[at + half_];
    barrier();
  }
  value = parts[0];
#endif
  return value;
}
#endif

#ifdef SCAN
shared uint scanned[gl_WorkGroupSize.x];

/// Sum over the invocations of the workgroup before this one; `total`: over all of them. All invocations call it, any
/// number of times.
uint group_scan(uint value, out uint total) {
  const uint at = gl_LocalInvocationIndex;
  barrier();  // the call before has been read
  scanned[at] = value;
  barrier();
  for (uint step_ = 1; step_ < gl_WorkGroupSize.x; step_ *= 2) {
    const uint before = at >= step_ ? scanned[at - step_] : 0;
    barrier();
    scanned[at] += before;
    barrier();
  }
  total = scanned[gl_WorkGroupSize.x - 1];
  return scanned[at] - value;
}
#endif
