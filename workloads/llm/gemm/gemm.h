// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/core/workload.h"
#include "workloads/llm/support/reals.h"

namespace assay::llm {

/// The seeded inputs of llm.gemm: W from stream "weights" (0.02 * normal), X from stream "x" (normal).
struct GemmProblem {
  /// \throws Error{usage} on an impossible size, Error{unavailable} without the memory.
  explicit GemmProblem(const Preparation& preparation);

  Work work() const;
  std::string digest() const;
  std::size_t results() const { return tokens * rows; }
  std::vector<Tensor> output(std::span<const float> y) const;  ///< y: [tokens][rows]

  bool half;  ///< W and X are binary16: `w` and `x` hold what it can
  std::size_t rows;
  std::size_t cols;
  std::size_t tokens;
  Aligned<float> w;  ///< [rows][cols]
  Aligned<float> x;  ///< [tokens][cols]
};

Definition gemm_definition();
Implementation gemm_reference();

}  // namespace assay::llm
