// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/core/workload.h"
#include "workloads/llm/support/matrix.h"

namespace assay::llm {

/// A llama's shape: what decides its speed.
struct Shape {
  std::size_t embedding;   ///< E
  std::size_t layers;      ///< L
  std::size_t heads;       ///< H, query heads
  std::size_t kv_heads;    ///< KV, shared by H / KV query heads each
  std::size_t hidden;      ///< FF
  std::size_t vocabulary;  ///< V

  std::size_t head() const { return embedding / heads; }
  std::size_t kv() const { return kv_heads * head(); }  ///< values of a key, or of a value, of one position
  std::size_t group() const { return heads / kv_heads; }
};

/// "xs", "nano" (llama2.c's 15M), "micro" (llama2.c's 110M).
Shape shape_of(const std::string& config);

/// One layer. Matrices that multiply the same vector are stacked: `qkv` has E rows of queries, then kv() of
/// keys, then kv() of values; `gate_up` has FF rows of the gate, then FF of the other factor.
struct Layer {
  Aligned<float> attention_gain;  ///< E, of the RMSNorm before attention
  Matrix qkv;                     ///< [E + 2 kv, E]
  Matrix out;                     ///< [E, E]
  Aligned<float> hidden_gain;     ///< E, of the RMSNorm before the feed-forward part
  Matrix gate_up;                 ///< [2 FF, E]
  Matrix down;                    ///< [E, FF]
};

/// The seeded model of llm.decode (Definition::doc has the formulas). Read-only once made.
struct Model {
  Shape shape;
  std::size_t prompt_tokens = 0;
  std::size_t new_tokens = 0;
  std::vector<Layer> layers;
  Matrix embedding;           ///< [V, E], input and output (tied)
  Aligned<float> final_gain;  ///< E
  Aligned<float> cosine;      ///< [positions, head / 2], of RoPE's angles
  Aligned<float> sine;
  std::vector<std::int32_t> prompt;

  /// \throws Error{usage} on tokens or prompt out of range, Error{unavailable} without the memory.
  explicit Model(const Preparation& preparation);

  std::size_t positions() const { return prompt_tokens + new_tokens; }

  /// The embedding row that stands for an input token: (13 t + 7) mod V. The residual stream keeps enough of
  /// it for the output layer to recognise: greedy decoding answers t with row(t), by a wide margin.
  std::size_t row(std::int32_t token) const;

  std::size_t weight_bytes() const;  ///< all matrices and gains, once
  double weights() const;            ///< elements of all matrices, the embedding once
  std::size_t resident_bytes() const;
  std::string digest() const;
  Work work() const;  ///< of one call

  /// Logits that are kept of each step, spread over the vocabulary: what no token tells of a step before the
  /// last.
  std::size_t kept() const;
  /// The result: tokens i32[new_tokens]; steps f32[new_tokens, kept()]; logits f32[vocabulary] of the last
  /// step.
  std::vector<Tensor> output(std::span<const std::int32_t> tokens, std::span<const float> steps,
                             std::span<const float> logits) const;
};

inline constexpr float norm_epsilon = 1e-5f;

}  // namespace assay::llm
