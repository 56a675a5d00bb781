// SPDX-License-Identifier: Apache-2.0
// Y = X W^T with W in q8_0 or q4_0 (ggml's blocks, byte for byte) and X in 8 bits (gemv/quantise.comp): a workgroup of 64 a tile
// of 32 x 32, an invocation 4 x 4 of it. A block's columns at a time lie in shared memory as bytes, four in a word; their
// products are added as whole numbers, and scaled in f32.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"
#include "workloads/llm/support/dot8.glsl"

layout(constant_id = 1) const bool q4 = false;

const uint tile = 32;
const uint side = 8;         // of the workgroup
const uint words = 8;        // of a block
const uint line = words + 1; // neighbouring rows begin in other banks

layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer Words { uint at[]; };
layout(buffer_reference, std430, buffer_reference_align = 8) restrict readonly buffer Scales { vec2 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict writeonly buffer To { float at[]; };
layout(push_constant) uniform Constants {
  Words w;
  Words codes;    // of X
  Scales scales;  // of X; x of them
  To y;
  uint rows;
  uint blocks;  // of a row
  uint tokens;
  uint tiles;  // beside each other in a row of Y
};

shared int of_w[tile * line];
shared int of_x[tile * line];
shared float scale_w[tile];
shared float scale_x[tile];

uint half_at(uint i) { return (i & 1u) == 0 ? w.at[i >> 1] & 0xFFFFu : w.at[i >> 1] >> 16; }
uint word_at(uint i) { return (i & 1u) == 0 ? w.at[i >> 1] : half_at(i) | half_at(i + 1) << 16; }  // from half `i`

/// Of each of four numbers from 0 to 15, 8 less.
uint less_8(uint numbers) {
  const uint flipped = numbers ^ 0x08080808u;
  return flipped | (flipped & 0x08080808u) * 0x1Eu;
}

void load(uint row, uint token, uint block, uint local) {
  const uint halves = q4 ? 9u : 17u;  // of a block
  const uint stored = q4 ? 4u : 8u;   // words of its numbers
  for (uint i = local; i < tile * stored; i += side * side) {
    const uint down = i / stored;
    const uint k = i % stored;
    const bool there = row + down < rows;
    const uint numbers = there ? word_at(((row + down) * blocks + block) * halves + 1 + 2 * k) : 0;
    if (q4) {
      of_w[down * line + k] = int(less_8(numbers & 0x0F0F0F0Fu));
      of_w[down * line + 4 + k] = int(less_8(numbers >> 4 & 0x0F0F0F0Fu));
    } else {
      of_w[down * line + k] = int(numbers);
    }
  }
  for (uint i = local; i < tile * words; i += side * side) {
    const uint t = token + i / words;
    of_x[i / words * line + i % words] = t < tokens ? int(codes.at[(t * blocks + block) * words + i % words]) : 0;
  }
  if (local < tile) {
    const bool there = row + local < rows;
    scale_w[local] = there ? unpackHalf2x16(half_at(((row + local) * blocks + block) * halves)).x : 0;
  } else {
    const uint t = token + local - tile;
    scale_x[local - tile] = t < tokens ? scales.at[t * blocks + block].x : 0;
  }
}

void main() {
  const uint local = gl_LocalInvocationIndex;
  const uint row = group_index() % tiles * tile;
  const uint token = group_index() / tiles * tile;
  float sum[4][4];
  for (uint i = 0; i < 4; ++i) {
    for (uint j = 0; j < 4; ++j) sum[i][j] = 0;
  }
  for (uint block = 0; block < blocks; ++block) {
    load(row, token, block, local);
    barrier();
    int whole[4][4];
    for (uint i = 0; i < 4; ++i) {
      for (uint j = 0; j < 4; ++j) whole[i][j] = 0;
    }
    for (uint k = 0; k < words; ++k) {
      int a[4];
      int b[4];
      for (uint i = 0; i < 4; ++i) {
        a[i] = of_w[(local % side + i * side) * line + k];
        b[i] = of_x[(local / side + i * side) * line + k];
      }
      for (uint i = 0; i < 4; ++i) {
        for (uint j = 0; j < 4; ++j) whole[i][j] += dot_bytes(a[i], b[j]);
      }
    }
    for (uint i = 0; i < 4; ++i) {
      for (uint j = 0; j < 4; ++j) {
        const float scale = scale_w[local % side + i * side] * scale_x[local / side + j * side];
        sum[i][j] = fma(scale, float(whole[i][j]), sum[i][j]);
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
