// SPDX-License-Identifier: Apache-2.0
// A workgroup one head over as many keys as it has invocations: their scores, the largest, and the weighted sum of their
// values, to be put together by merge.comp. HALF: keys and values are binary16, two in a word.
#version 460
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"

#ifdef HALF
layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer Values { uint at[]; };
#else
layout(buffer_reference, std430, buffer_reference_align = 8) restrict readonly buffer Values { vec2 at[]; };
#endif
layout(buffer_reference, std430, buffer_reference_align = 8) restrict readonly buffer Query { vec2 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 8) restrict writeonly buffer Parts { vec2 at[]; };
layout(push_constant) uniform Constants {
  Query q;
  Values k;
  Values v;
  Parts parts;  // for each head and piece: pairs sums of values, then the largest score and the sum of weights
  uint heads;
  uint sharing;  // query heads of one head of keys
  uint pairs;    // of a head's values
  uint context;  // keys to attend to
  uint room;     // keys of a head in k and v, at least as many
  uint pieces;
  float scale;
};

const uint lanes = 16;  // invocations side by side on a key, so that neighbours read neighbours

shared float partial[gl_WorkGroupSize.x * (lanes + 1)];  // + 1: a column lies in as many banks as a row
shared float weights[gl_WorkGroupSize.x];
shared float folded[gl_WorkGroupSize.x];

vec2 pair(Values from, uint i) {
#ifdef HALF
  return unpackHalf2x16(from.at[i]);
#else
  return from.at[i];
#endif
}

void main() {
  const uint head = group_index() / pieces;
  const uint piece = group_index() % pieces;
  if (head >= heads) return;
  const uint at = gl_LocalInvocationIndex;
  const uint size = gl_WorkGroupSize.x;
  const uint first = (head / sharing * room + piece * size) * pairs;
  const uint keys = min(size, context - piece * size);

  const uint lane = at % lanes;
  const uint rows = size / lanes;  // keys at once; an invocation's share of a piece are `lanes` of them
  const uint row = at / lanes;
  float sums[lanes];
  [[unroll]] for (uint i = 0; i < lanes; ++i) sums[i] = 0;
  for (uint d = lane; d < pairs; d += lanes) {
    const vec2 a = q.at[head * pairs + d];
    [[unroll]] for (uint i = 0; i < lanes; ++i) {
      const uint key = i * rows + row;
      if (key < keys) sums[i] += dot(a, pair(k, first + key * pairs + d));
    }
  }
  [[unroll]] for (uint i = 0; i < lanes; ++i) partial[(i * rows + row) * (lanes + 1) + lane] = sums[i];
  barrier();
  float score = -3.0e38;
  if (at < keys) {
    float sum = 0;
    for (uint l = 0; l < lanes; ++l) sum += partial[at * (lanes + 1) + l];
    score = sum * scale;
  }
  folded[at] = score;
  barrier();
  for (uint half_ = size / 2; half_ > 0; half_ /= 2) {
    if (at < half_) folded[at] = max(folded[at], folded[at + half_]);
    barrier();
  }
  const float largest = folded[0];
  weights[at] = at < keys ? exp(score - largest) : 0;
  barrier();

  const uint to = group_index() * (pairs + 1);
  for (uint d = at; d < pairs; d += size) {
    vec2 sum = vec2(0);
    for (uint t = 0; t < keys; ++t) sum += weights[t] * pair(v, first + t * pairs + d);
    parts.at[to + d] = sum;
  }
  if (at == size - 1) {  // which has the least to do
    float all = 0;
    for (uint t = 0; t < keys; ++t) all += weights[t];
    parts.at[to + pairs] = vec2(largest, all);
  }
}
