// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/core/workload.h"
#include "workloads/llm/support/reals.h"

namespace assay::llm {

/// The seeded inputs of llm.attn_decode: query, keys and values from streams "q", "k", "v" (normal).
struct AttentionProblem {
  /// \throws Error{usage} on an impossible size, Error{unavailable} without the memory.
  explicit AttentionProblem(const Preparation& preparation);

  Work work() const;
  std::string digest() const;
  std::size_t results() const { return heads * head_dim; }
  std::size_t kv_head(std::size_t head) const { return head / (heads / kv_heads); }
  std::vector<Tensor> output(std::span<const float> out) const;  ///< out: [heads][head_dim]

  bool half;  ///< keys and values are binary16: `k` and `v` hold what it can
  std::size_t heads;
  std::size_t kv_heads;
  std::size_t head_dim;
  std::size_t context;
  Aligned<float> q;  ///< [heads][head_dim]
  Aligned<float> k;  ///< [kv_heads][context][head_dim]
  Aligned<float> v;  ///< as k
};

Definition attention_definition();
Implementation attention_reference();

}  // namespace assay::llm
