// SPDX-License-Identifier: Apache-2.0
// A pixel of the canvas an invocation: neighbours write neighbouring values of each plane.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"
#include "workloads/vision/bilinear.glsl"

layout(buffer_reference, std430, buffer_reference_align = 4) restrict writeonly buffer To { float at[]; };
layout(push_constant) uniform Constants {
  Image image;  // B, G, R
  Taps columns;
  Taps rows;
  To to;  // planes R, G, B
  uint width;
  uint out_width;
  uint pixels;  // of the canvas
  uint left;
  uint top;
  uint picture_width;
  uint picture_height;
  float unit;  // of a bilinear sum
  float pad;
};

void main() {
  const uint i = group_index() * gl_WorkGroupSize.x + gl_LocalInvocationIndex;
  if (i >= pixels) return;
  const uint x = i % out_width - left;  // left of the picture it wraps, and is too large
  const uint y = i / out_width - top;
  vec3 value = vec3(pad);
  if (x < picture_width && y < picture_height) {
    value = vec3(bilinear(image, width, columns.at[x], rows.at[y])) * unit;
  }
  to.at[i] = value.z;
  to.at[pixels + i] = value.y;
  to.at[2 * pixels + i] = value.x;
}
