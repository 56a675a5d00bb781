// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/core/workload.h"
#include "workloads/llm/support/matrix.h"
#include "workloads/llm/support/reals.h"

namespace assay::llm {

/// The seeded inputs of llm.gemm: W from stream "weights" (0.02 * normal), X from stream "x" (normal); where
/// W is f16, X holds what binary16 can.
struct GemmProblem {
  /// \throws Error{usage} on an impossible size, Error{unavailable} without the memory.
  explicit GemmProblem(const Preparation& preparation);

  Work work() const;
  std::string digest() const;
  /// Of the definition's classes the one that W's format and `half_math` ask for.
  std::string accuracy() const { return half_math ? "half" : in_blocks(w.format) ? "q8" : "float"; }
  /// For who computes otherwise than the reference. \throws Error{unavailable} on math=f16 of what is not
  /// f16.
  void refuse_odd_math() const;
  std::size_t results() const { return tokens * rows; }
  std::vector<Tensor> output(std::span<const float> y) const;  ///< y: [tokens][rows]

  bool half_math;  ///< arithmetic may be in binary16
  std::size_t rows;
  std::size_t cols;
  std::size_t tokens;
  Matrix w;          ///< [rows][cols]
  Aligned<float> x;  ///< [tokens][cols]
};

Definition gemm_definition();
Implementation gemm_reference();

}  // namespace assay::llm
