// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/core/workload.h"
#include "workloads/llm/support/matrix.h"
#include "workloads/support/aligned.h"

namespace assay::llm {

/// The seeded inputs of llm.gemv: W from stream "weights" (0.02 * normal), x from stream "x" (normal);
/// where W is f16, x holds what binary16 can.
struct GemvProblem {
  Matrix w;
  Aligned<float> x;  ///< cols
  static constexpr std::size_t tokens = 1;

  /// \throws Error{usage} on parameters that make no matrix, Error{unavailable} without the memory.
  explicit GemvProblem(const Preparation& preparation);
  Work work() const;
  std::string digest() const;
  /// Of the definition's two classes the one that W's format asks for.
  std::string accuracy() const { return in_blocks(w.format) ? "q8" : "float"; }
  static std::vector<Tensor> output(std::span<const float> y);  ///< y: rows
};

/// What the implementations of llm.gemv have in common: inputs, the result, formulas.
class GemvInstance : public Instance {
 public:
  explicit GemvInstance(const Preparation& preparation);
  std::vector<Tensor> output() override;
  void spoil() override { y_.spoil(); }
  Work work() const override;
  std::size_t resident_bytes() const override;
  std::string input_digest() const override;
  std::string accuracy() const override { return problem_.accuracy(); }

 protected:
  cpu::Pool& pool() const { return *pool_; }
  const GemvProblem& problem() const { return problem_; }
  float* y() { return y_.data(); }

 private:
  cpu::Pool* pool_;
  GemvProblem problem_;
  Aligned<float> y_;
};

Definition gemv_definition();
Implementation gemv_reference();
/// Google Highway with run-time dispatch; a row with a reason where Assay was built without it.
Implementation gemv_simd();

}  // namespace assay::llm
