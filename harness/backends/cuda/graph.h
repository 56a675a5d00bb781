// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "harness/backends/cuda/cuda.h"

namespace assay::cuda {

/// What was enqueued on a stream, captured once and replayed with one launch of the host's. The addresses and
/// values that its kernels were given are fixed. Movable, not copyable; for .cu files only.
class Graph {
 public:
  Graph() = default;
  /// `enqueue` does so on `stream` and waits for nothing; it runs once, here, and nothing runs on the device.
  /// \throws what `enqueue` throws, Error{worker} where it cannot be captured.
  template <typename Enqueue>
  Graph(cudaStream_t stream, Enqueue&& enqueue) {
    cudaGraph_t recorded = nullptr;
    check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), "capture a graph");
    try {
      enqueue();
    } catch (...) {
      cudaStreamEndCapture(stream, &recorded);
      if (recorded != nullptr) cudaGraphDestroy(recorded);
      throw;
    }
    check(cudaStreamEndCapture(stream, &recorded), "capture a graph");
    const cudaError_t made = cudaGraphInstantiateWithFlags(&graph_, recorded, 0);
    cudaGraphDestroy(recorded);
    check(made, "make a graph");
  }
  ~Graph() {
    if (graph_ != nullptr) cudaGraphExecDestroy(graph_);
  }
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;
  Graph(Graph&& other) noexcept : graph_(std::exchange(other.graph_, nullptr)) {}
  Graph& operator=(Graph&& other) noexcept {
    std::swap(graph_, other.graph_);
    return *this;
  }

  /// Enqueues all of it.
  void launch(cudaStream_t stream) const { check(cudaGraphLaunch(graph_, stream), "launch a graph"); }

 private:
  cudaGraphExec_t graph_ = nullptr;
};

}  // namespace assay::cuda
