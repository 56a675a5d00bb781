// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "harness/core/host.h"
#include "workloads/llm/support/cublas.h"

/// The few functions of cuBLASLt that are needed, found at run time (nvidia_library.h).
namespace assay::llm {

/// Whether cuBLASLt is here, with all that is needed of it; else why not, and the remedy.
Probe cublaslt_probe();

/// One product, Y = X W^T, by cublasLtMatmul. Where CuBlas chooses by itself how it computes, here the
/// candidates of its heuristic are listed, and the caller chooses by time. Only where cublaslt_probe() is
/// available; on the thread of its device. Order: constructor, choose(), then multiply() at will.
class CuBlasLt {
 public:
  /// Memory that a candidate may ask for: what NVIDIA advises for the GPUs that need most (Hopper).
  static constexpr std::size_t most_workspace = 32 << 20;
  static constexpr int most_candidates = 8;

  /// \throws Error{worker} with cuBLASLt's status; Error{unavailable} where its heuristic has no way.
  CuBlasLt(Stored stored, int rows, int cols, int tokens);
  ~CuBlasLt();
  CuBlasLt(const CuBlasLt&) = delete;
  CuBlasLt& operator=(const CuBlasLt&) = delete;

  std::size_t candidates() const;  ///< at least 1; in the order in which the heuristic takes them for fast
  std::size_t workspace() const;   ///< bytes, of the candidate that asks for most
  void choose(std::size_t candidate);

  /// Enqueues the product on `stream`. All row-major and on the device: w [rows][cols], x [tokens][cols], y
  /// [tokens][rows]; `scratch`: workspace() bytes, aligned as cudaMalloc's are. \throws Error{worker}.
  void multiply(const void* w, const void* x, float* y, void* scratch, CUstream_st* stream) const;

  /// "cuBLASLt 13.1.0, algorithm 21, tile 18, stages 15, split 1, workspace 0 of 33554432 bytes, chosen by
  /// time of 8". Numbers are cuBLASLt's own.
  std::string chosen() const;

 private:
  struct Plan;
  std::unique_ptr<Plan> plan_;
};

/// The first of the times that is within 2 % of the least: what is as fast as another keeps the heuristic's
/// order, so that noise does not choose. `ns`: at least one.
std::size_t first_of_the_fastest(std::span<const double> ns);

}  // namespace assay::llm
