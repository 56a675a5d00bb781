// SPDX-License-Identifier: Apache-2.0
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"

layout(buffer_reference, std430, buffer_reference_align = 4) writeonly buffer Word { uint value; };
layout(push_constant) uniform Constants {
  Word word;
  uint value;
};

void main() { word.value = value; }
