// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "harness/backends/cuda/cuda.h"

/// One token's attention on a CUDA device as llm.attn_decode has it; the kernels stand in attend.cu.
namespace assay::llm {

struct AttentionShape {
  unsigned heads;     ///< of the query
  unsigned sharing;   ///< of them to one head of keys
  unsigned pairs;     ///< of a head's values
  unsigned context;   ///< keys to attend to
  unsigned room;      ///< keys of a head in k and v, at least `context`
  const int* last{};  ///< on the device, where it is not null: *last + 1 keys, instead of `context` at most
  unsigned pieces() const { return (context + 127) / 128; }
  /// Pairs of floats that attend() keeps between its two launches.
  std::size_t parts() const { return std::size_t{heads} * pieces() * (pairs + 1); }
};

/// Enqueues out = softmax(q k / sqrt(head)) v in two launches. Pair: two values of a key as they are stored
/// (float2, __half2). q, out: [heads][pairs]; k, v: [heads / sharing][room][pairs]; parts: shape.parts().
/// \throws Error{worker} where it cannot be launched.
template <typename Pair>
void attend(cudaStream_t stream, const float2* q, const Pair* k, const Pair* v, float2* parts, float2* out,
            const AttentionShape& shape);

}  // namespace assay::llm
