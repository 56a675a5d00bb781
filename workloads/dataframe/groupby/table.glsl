// SPDX-License-Identifier: Apache-2.0
// For the compute shaders of the group-by: the table of sums, in planes of `range` words. Plane 0 has the rows of a group;
// then come the low and the high words of its sums of v1, v2 and v3.
#extension GL_EXT_buffer_reference : require

const uint plane_rows = 0;
const uint plane_v1 = 1;
const uint plane_v2 = 3;
const uint plane_v3 = 5;

layout(buffer_reference, std430, buffer_reference_align = 4) restrict buffer Table { uint at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict buffer Counts { uint at[]; };
