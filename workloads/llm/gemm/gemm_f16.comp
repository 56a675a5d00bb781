// SPDX-License-Identifier: Apache-2.0
// Y = X W^T as gemm.comp has it, of binary16 in binary16: two columns at a time, whose sums of 16 pairs go on in f32.
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#include "harness/backends/vulkan/reduce.glsl"

const uint tile = 32;        // rows of W and of X, and columns at a time
const uint side = 8;         // of the workgroup
const uint pairs = tile / 2;
const uint line = pairs + 1; // neighbouring rows begin in other banks

layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer Values { uint at[]; };
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

shared uint of_w[tile * line];
shared uint of_x[tile * line];

void main() {
  const uint local = gl_LocalInvocationIndex;
  const uint row = group_index() % tiles * tile;
  const uint token = group_index() / tiles * tile;
  float sum[4][4];
  for (uint i = 0; i < 4; ++i) {
    for (uint j = 0; j < 4; ++j) sum[i][j] = 0;
  }
  for (uint begin = 0; begin < cols / 2; begin += pairs) {  // whole tiles: cols is a multiple of 32
    for (uint i = local; i < tile * pairs; i += side * side) {
      const uint down = i / pairs;
      const uint across = i % pairs;
      of_w[down * line + across] = row + down < rows ? w.at[(row + down) * (cols / 2) + begin + across] : 0;
      of_x[down * line + across] = token + down < tokens ? x.at[(token + down) * (cols / 2) + begin + across] : 0;
    }
    barrier();
    f16vec2 part[4][4];
    for (uint i = 0; i < 4; ++i) {
      for (uint j = 0; j < 4; ++j) part[i][j] = f16vec2(0);
    }
    for (uint k = 0; k < pairs; ++k) {
      f16vec2 a[4];
      f16vec2 b[4];
      for (uint i = 0; i < 4; ++i) {
        a[i] = unpackFloat2x16(of_w[(local % side + i * side) * line + k]);
        b[i] = unpackFloat2x16(of_x[(local / side + i * side) * line + k]);
      }
      for (uint i = 0; i < 4; ++i) {
        for (uint j = 0; j < 4; ++j) part[i][j] = fma(a[i], b[j], part[i][j]);
      }
    }
    for (uint i = 0; i < 4; ++i) {
      for (uint j = 0; j < 4; ++j) sum[i][j] += float(part[i][j].x) + float(part[i][j].y);
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
