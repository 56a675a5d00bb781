// SPDX-License-Identifier: Apache-2.0
// Four pixels an invocation: twelve bytes, three whole words.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"
#include "workloads/vision/bilinear.glsl"

layout(buffer_reference, std430, buffer_reference_align = 4) restrict writeonly buffer To { uint at[]; };
layout(push_constant) uniform Constants {
  Image image;
  Taps columns;
  Taps rows;
  To to;
  uint width;
  uint out_width;
  uint pixels;
};

void main() {
  const uint quad = group_index() * gl_WorkGroupSize.x + gl_LocalInvocationIndex;
  if (4 * quad >= pixels) return;
  uint bytes[12];
  for (uint k = 0; k < 4; ++k) {
    const uint i = min(4 * quad + k, pixels - 1);
    const uvec3 value = (bilinear(image, width, columns.at[i % out_width], rows.at[i / out_width]) + (1u << 21)) >> 22;
    bytes[3 * k] = value.x;
    bytes[3 * k + 1] = value.y;
    bytes[3 * k + 2] = value.z;
  }
  for (uint k = 0; k < 3; ++k) {
    to.at[3 * quad + k] = bytes[4 * k] | bytes[4 * k + 1] << 8 | bytes[4 * k + 2] << 16 | bytes[4 * k + 3] << 24;
  }
}
