// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/backends/cuda/cuda.h"
#include "workloads/llm/support/matrix.h"

/// y = W x on a CUDA device as llm.gemv has it, for whoever multiplies so: the kernels stand in products.cu.
namespace assay::llm {

/// A matrix as the kernels need it: its bytes, and what they may read beyond the last one. Rows are W's.
cuda::Buffer<std::byte> uploaded(const Matrix& matrix);

/// X in 8 bits by blocks of 32, as quantise_activations (llm/support/matrix.h) has it: `values` of it, whole
/// blocks. `codes`: four in a word; `scales`, a block each: m / 127, and 8 times that times the sum of its
/// codes. \throws Error{worker} where it cannot be launched.
void quantise(cudaStream_t stream, const float* x, std::size_t values, int* codes, float2* scales);

/// Products with matrices of one format. In blocks, x is quantised by a launch of its own into room that is
/// kept here: products of one object are enqueued on one stream.
class Products {
 public:
  Products() = default;
  /// `most_cols`: of the widest matrix. `multiprocessors`: of the device, which is chosen already.
  Products(Format format, std::size_t most_cols, int multiprocessors);

  /// Enqueues y = W x. w: what uploaded() made of `shape`, of this format; x: shape.cols values, f32 in any
  /// case; y: shape.rows. \throws Error{worker} where it cannot be launched.
  void enqueue(cudaStream_t stream, const Matrix& shape, const cuda::Buffer<std::byte>& w, const float* x,
               float* y) const {
    enqueue(stream, static_cast<int>(shape.rows), static_cast<int>(shape.cols), w, x, y);
  }
  void enqueue(cudaStream_t stream, int rows, int cols, const cuda::Buffer<std::byte>& w, const float* x,
               float* y) const;
  /// Launches of one product.
  int launches() const { return in_blocks(format_) ? 2 : 1; }
  std::size_t bytes() const { return xq_.bytes() + scales_.bytes(); }  ///< of device memory

 private:
  Format format_ = Format::f32;
  int multiprocessors_ = 1;
  cuda::Buffer<int> xq_;  ///< x in 8 bits, four in a word
  cuda::Buffer<float2> scales_;
};

}  // namespace assay::llm
