// SPDX-License-Identifier: Apache-2.0
// A direct convolution: an invocation one pixel of `block` output channels, for which it reads once. HALF: input and weights are
// binary16, two in a word; sums are f32.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"

layout(constant_id = 1) const int block = 1;  // output channels of an invocation: 1 to 4

#ifdef HALF
layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer Values { uint at[]; };
float value_at(Values from, int i) {
  const vec2 pair = unpackHalf2x16(from.at[i >> 1]);
  return (i & 1) == 0 ? pair.x : pair.y;
}
#else
layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer Values { float at[]; };
float value_at(Values from, int i) { return from.at[i]; }
#endif
layout(buffer_reference, std430, buffer_reference_align = 4) restrict writeonly buffer To { float at[]; };
layout(push_constant) uniform Constants {
  Values from;
  Values weights;
  To to;
  int height;
  int width;
  int out_height;
  int out_width;
  int kernel;
  int stride;
  int group_in;
  int group_out;
  uint count;  // pixels of all blocks
};

void main() {
  const uint i = group_index() * gl_WorkGroupSize.x + gl_LocalInvocationIndex;
  if (i >= count) return;
  const int pixel = int(i) % (out_height * out_width);
  const int first = int(i) / (out_height * out_width) * block;  // output channel
  const int y = pixel / out_width * stride - kernel / 2;
  const int x = pixel % out_width * stride - kernel / 2;
  const int taps = group_in * kernel * kernel;
  float sum[block];
  for (int o = 0; o < block; ++o) sum[o] = 0;
  for (int c = 0; c < group_in; ++c) {
    const int plane = (first / group_out * group_in + c) * height;
    for (int ky = max(0, -y); ky < min(kernel, height - y); ++ky) {
      for (int kx = max(0, -x); kx < min(kernel, width - x); ++kx) {
        const float value = value_at(from, (plane + y + ky) * width + x + kx);
        const int tap = first * taps + (c * kernel + ky) * kernel + kx;
        for (int o = 0; o < block; ++o) sum[o] = fma(value, value_at(weights, tap + o * taps), sum[o]);
      }
    }
  }
  for (int o = 0; o < block; ++o) to.at[(first + o) * out_height * out_width + pixel] = sum[o];
}
