// SPDX-License-Identifier: Apache-2.0
// The token of the largest logit, the first of equals, and the logits that are kept of each step. One workgroup.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "harness/backends/vulkan/reduce.glsl"

layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer From { float at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict writeonly buffer Tokens { int at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict writeonly buffer To { float at[]; };
layout(push_constant) uniform Constants {
  From logits;
  Tokens tokens;
  To steps;
  uint count;
  uint step_;
  uint kept;  // of a step, evenly spread
};

shared float largest[gl_WorkGroupSize.x];
shared uint places[gl_WorkGroupSize.x];

void main() {
  if (group_index() != 0) return;
  const uint at = gl_LocalInvocationIndex;
  float most = logits.at[0];
  uint place = 0;
  for (uint i = at; i < count; i += gl_WorkGroupSize.x) {
    if (logits.at[i] > most) {
      most = logits.at[i];
      place = i;
    }
  }
  largest[at] = most;
  places[at] = place;
  barrier();
  for (uint half_ = gl_WorkGroupSize.x / 2; half_ > 0; half_ /= 2) {
    if (at < half_) {
      const float other = largest[at + half_];
      if (other > largest[at] || (other == largest[at] && places[at + half_] < places[at])) {
        largest[at] = other;
        places[at] = places[at + half_];
      }
    }
    barrier();
  }
  if (at == 0) tokens.at[step_] = int(places[0]);
  for (uint k = at; k < kept; k += gl_WorkGroupSize.x) steps.at[step_ * kept + k] = logits.at[k * (count / kept)];
}
