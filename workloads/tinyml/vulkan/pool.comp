// SPDX-License-Identifier: Apache-2.0
// assay_avgpool_int8 (kernels/int8.h): four channels an invocation.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"
#include "workloads/tinyml/vulkan/quantise.glsl"

layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer From { uint at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict writeonly buffer To { uint at[]; };
layout(push_constant) uniform Constants {
  From from;
  To to;
  int in_width;
  int words;  // of a pixel
  int pool_height;
  int pool_width;
};

void main() {
  const int word = int(group_index() * gl_WorkGroupSize.x + gl_LocalInvocationIndex);
  if (word >= words) return;
  ivec4 sum = ivec4(0);
  for (int y = 0; y < pool_height; ++y) {
    for (int x = 0; x < pool_width; ++x) sum += unpacked(from.at[(y * in_width + x) * words + word]);
  }
  const int count = pool_height * pool_width;
  const ivec4 size = (abs(sum) + count / 2) / count;  // ties away from zero
  to.at[word] = packed_word(sign(sum) * size);
}
