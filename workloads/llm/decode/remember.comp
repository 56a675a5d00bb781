// SPDX-License-Identifier: Apache-2.0
// Rotates queries and keys (RoPE), and puts keys and values into the cache: an invocation two neighbours.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"

layout(buffer_reference, std430, buffer_reference_align = 8) restrict buffer Pairs { vec2 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer Angles { float at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict writeonly buffer Cache { uint at[]; };
layout(push_constant) uniform Constants {
  Pairs qkv;
  Angles cosine;
  Angles sine;
  Cache keys;    // of the layer: two binary16 values in a word, [head][position][pair]
  Cache values;  // so, too
  uint query_pairs;
  uint key_pairs;  // and as many of values
  uint head_pairs;
  uint position;
  uint room;  // positions of a head
};

// To the nearest, ties to even: packHalf2x16 may round in any way.
uint binary16(float value) {
  const uint bits = floatBitsToUint(value);
  const uint sign_ = bits >> 16 & 0x8000u;
  const uint size = bits & 0x7FFFFFFFu;
  if (size >= 0x477FF000u) return sign_ | 0x7C00u;
  if (size < 0x38800000u) return sign_ | uint(roundEven(uintBitsToFloat(size) * 16777216.0));  // no normal number
  const uint rebased = size - (112u << 23);
  return sign_ | rebased + 0xFFFu + (rebased >> 13 & 1u) >> 13;
}

void main() {
  const uint i = group_index() * gl_WorkGroupSize.x + gl_LocalInvocationIndex;
  if (i >= query_pairs + 2 * key_pairs) return;
  vec2 pair = qkv.at[i];
  if (i < query_pairs + key_pairs) {
    const uint angle = position * head_pairs + i % head_pairs;
    const float c = cosine.at[angle];
    const float s = sine.at[angle];
    pair = vec2(pair.x * c - pair.y * s, pair.x * s + pair.y * c);
  }
  if (i < query_pairs) {
    qkv.at[i] = pair;
    return;
  }
  const uint k = (i - query_pairs) % key_pairs;
  const uint to = (k / head_pairs * room + position) * head_pairs + k % head_pairs;
  const uint word = binary16(pair.x) | binary16(pair.y) << 16;
  if (i < query_pairs + key_pairs) {
    keys.at[to] = word;
  } else {
    values.at[to] = word;
  }
}
