// SPDX-License-Identifier: Apache-2.0
// Y = X W^T: a workgroup of 64 a tile of 32 x 32, an invocation 4 x 4 of it, from tiles of 32 columns in shared memory.
// HALF: W and X are binary16, two in a word; sums are f32.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"

const uint tile = 32;
const uint side = 8;               // of the workgroup
const uint line = tile + 1;        // neighbouring rows begin in other banks
const uint each = tile * tile / (side * side);

#ifdef HALF
layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer Values { uint at[]; };
#else
layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer Values { float at[]; };
#endif
layout(buffer_reference, std430, buffer_reference_align = 4) restrict writeonly buffer To { float at[]; };
layout(push_constant) uniform Constants {
  Values w;
  Values x;
  To y;
  uint rows;
  uint cols;
  uint tokens;
  uint tiles;  // beside each other in a row of Y
};

shared float of_w[tile * line];
shared float of_x[tile * line];

float value(Values from, uint i) {
#ifdef HALF
  const vec2 pair = unpackHalf2x16(from.at[i >> 1]);
  return (i & 1u) == 0 ? pair.x : pair.y;
#else
  return from.at[i];
#endif
}

void main() {
  const uint local = gl_LocalInvocationIndex;
  const uint row = group_index() % tiles * tile;
  const uint token = group_index() / tiles * tile;
  float sum[4][4];
  for (uint i = 0; i < 4; ++i) {
    for (uint j = 0; j < 4; ++j) sum[i][j] = 0;
  }
  for (uint begin = 0; begin < cols; begin += tile) {  // whole tiles: cols is a multiple of 32
    for (uint k = 0; k < each; ++k) {
      const uint at = k * side * side + local;
      const uint down = at / tile;
      const uint across = at % tile;
      of_w[down * line + across] = row + down < rows ? value(w, (row + down) * cols + begin + across) : 0;
      of_x[down * line + across] = token + down < tokens ? value(x, (token + down) * cols + begin + across) : 0;
    }
    barrier();
    for (uint k = 0; k < tile; ++k) {
      float a[4];
      float b[4];
      for (uint i = 0; i < 4; ++i) {
        a[i] = of_w[(local % side + i * side) * line + k];
        b[i] = of_x[(local / side + i * side) * line + k];
      }
      for (uint i = 0; i < 4; ++i) {
        for (uint j = 0; j < 4; ++j) sum[i][j] = fma(a[i], b[j], sum[i][j]);
      }
    }
    barrier();
  }
  for (uint j = 0; j < 4; ++j) {
    const uint t = token + local / side + j * side;
    for (uint i = 0; i < 4; ++i) {
      const uint r = row + local % side + i * side;
      if (r < rows && t < tokens) y.at[t * rows + r] = sum[i][j];
    }
  }
}
