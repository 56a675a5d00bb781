// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "workloads/llm/decode/model.h"

namespace assay::llm {

/// What the implementations of llm.decode have in common: the model, the greedy loop, its clock, the result.
/// Derived classes bring step() and call read_prompt() at the end of their constructor.
class DecodeInstance : public Instance {
 public:
  explicit DecodeInstance(const Preparation& preparation);

  /// Decodes from the cache as read_prompt() left it: later positions are written again, so every call is the
  /// same.
  void call() final;
  std::vector<Tensor> output() final;
  void spoil() final;
  Work work() const final { return model_.work(); }
  std::size_t resident_bytes() const override;
  std::vector<Track> take_tracks() final;
  std::string input_digest() const final { return model_.digest(); }

 protected:
  /// Runs the model on one token at one position: caches its keys and values, leaves logits(), returns the
  /// index of the largest (the first of equals).
  virtual std::int32_t step(std::int32_t token, std::size_t position) = 0;

  /// step() over the prompt but its last token, with which call() begins.
  void read_prompt();

  const Model& model() const { return model_; }
  cpu::Pool& pool() const { return *pool_; }
  float* logits() { return logits_.data(); }

  /// Keys and values in binary16, [layer][position][kv].
  std::uint16_t* keys(std::size_t layer) {
    return keys_.data() + layer * model_.positions() * model_.shape.kv();
  }
  std::uint16_t* values(std::size_t layer) {
    return values_.data() + layer * model_.positions() * model_.shape.kv();
  }

 private:
  void record(Track& track, std::int64_t at_ns, std::int64_t elapsed_ns);

  cpu::Pool* pool_;
  Model model_;
  Aligned<std::uint16_t> keys_;
  Aligned<std::uint16_t> values_;
  Aligned<float> logits_;
  std::vector<std::int32_t> tokens_;
  std::size_t kept_;  ///< logits of each step
  Aligned<float> steps_;
  Track first_token_;
  Track inter_token_;
};

Definition decode_definition();
Implementation decode_reference();
/// Google Highway with run-time dispatch; a row with a reason where Assay was built without it.
Implementation decode_simd();

}  // namespace assay::llm
