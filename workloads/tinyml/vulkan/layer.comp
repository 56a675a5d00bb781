// SPDX-License-Identifier: Apache-2.0
// A convolution or a depthwise convolution (kernels/int8.h): four channels of one output pixel an invocation.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"
#include "workloads/tinyml/vulkan/quantise.glsl"

layout(constant_id = 1) const bool depthwise = false;

layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer From { uint at[]; };
layout(buffer_reference, std430, buffer_reference_align = 16) restrict readonly buffer Channels { ivec4 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict writeonly buffer To { uint at[]; };
layout(push_constant) uniform Constants {
  From from;
  From weights;       // conv: [out][tap][in words]; depthwise: [tap][words]
  Channels channels;  // bias, multiplier, shift: a plane of out_words each
  To to;
  int in_height;
  int in_width;
  int in_words;  // of a pixel
  int out_width;
  int out_words;
  int kernel_height;
  int kernel_width;
  int stride;
  int pad_top;
  int pad_left;
  int in_zero;
  int out_zero;
  int low;
  int high;
  uint count;  // words of the result
};

int dot_words(ivec4 a, uint word) {
  const ivec4 products = a * unpacked(word);
  return products.x + products.y + products.z + products.w;
}

void main() {
  const uint i = group_index() * gl_WorkGroupSize.x + gl_LocalInvocationIndex;
  if (i >= count) return;
  const int word = int(i) % out_words;
  const int x = int(i) / out_words % out_width;
  const int y = int(i) / out_words / out_width;
  const int taps = kernel_height * kernel_width;
  ivec4 sum = channels.at[word];
  for (int ky = 0; ky < kernel_height; ++ky) {
    const int row = y * stride - pad_top + ky;
    if (row < 0 || row >= in_height) continue;
    for (int kx = 0; kx < kernel_width; ++kx) {
      const int column = x * stride - pad_left + kx;
      if (column < 0 || column >= in_width) continue;
      const int pixel = (row * in_width + column) * in_words;
      const int tap = ky * kernel_width + kx;
      if (depthwise) {
        sum += (unpacked(from.at[pixel + word]) - in_zero) * unpacked(weights.at[tap * out_words + word]);
        continue;
      }
      const int one = taps * in_words;  // to the weights of the next channel
      const int at = 4 * word * one + tap * in_words;
      for (int k = 0; k < in_words; ++k) {
        const ivec4 value = unpacked(from.at[pixel + k]) - in_zero;
        sum.x += dot_words(value, weights.at[at + k]);
        sum.y += dot_words(value, weights.at[at + one + k]);
        sum.z += dot_words(value, weights.at[at + 2 * one + k]);
        sum.w += dot_words(value, weights.at[at + 3 * one + k]);
      }
    }
  }
  const ivec4 multiplier = channels.at[out_words + word];
  const ivec4 shift = channels.at[2 * out_words + word];
  ivec4 result;
  for (int c = 0; c < 4; ++c) {
    result[c] = clamp(scaled(sum[c], multiplier[c], shift[c]), low - out_zero, high - out_zero) + out_zero;
  }
  to.at[i] = packed_word(result);
}
