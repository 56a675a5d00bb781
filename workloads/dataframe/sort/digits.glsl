// SPDX-License-Identifier: Apache-2.0
// For the compute shaders of the sort: a radix sort of the rows' numbers by digits of four bits, the lowest first. The
// column is not moved: each pass reads the values of the rows that it places.
#extension GL_EXT_buffer_reference : require

const uint digits = 16;
const uint rounds = 8;  // of a workgroup, a row an invocation each: what it places is a tile

layout(buffer_reference, std430, buffer_reference_align = 8) restrict readonly buffer Column { uvec2 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer Order { uint at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict buffer Counts { uint at[]; };

/// The row at place i of what the pass before left.
uint row_at(Order order, uint i, bool first) { return first ? i : order.at[i]; }

/// Of the value less the least one, which is not negative.
uint digit_of(uvec2 value, uvec2 minimum, uint shift) {
  uint borrow;
  const uint low = usubBorrow(value.x, minimum.x, borrow);
  const uint high = value.y - minimum.y - borrow;
  return (shift < 32 ? low >> shift : high >> (shift - 32)) & (digits - 1);
}
