// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/core/host.h"

struct CUstream_st;  // cudaStream_t points to it

/// The few functions of cuBLAS that are needed, out of whatever version the machine has: the library is too
/// large to be shipped, and is not linked, so that the module opens without it. Built without CUDA's headers.
namespace assay::llm {

/// Whether cuBLAS is here, with all that is needed of it; else why not, and the remedy.
Probe cublas_probe();

/// A cuBLAS handle on one stream. Only where cublas_probe() is available; on the thread of its device.
class CuBlas {
 public:
  enum class Values { f32, f16 };  ///< how W and X are stored; products, sums and Y are binary32

  /// \throws Error{worker} with cuBLAS's status, as multiply() does.
  explicit CuBlas(CUstream_st* stream);
  ~CuBlas();
  CuBlas(const CuBlas&) = delete;
  CuBlas& operator=(const CuBlas&) = delete;

  /// Enqueues Y = X W^T on the stream. All row-major and on the device: w [rows][cols], x [tokens][cols],
  /// y [tokens][rows]. One token in f32 is cublasSgemv, all else cublasGemmEx.
  void multiply(Values stored, const void* w, const void* x, float* y, int rows, int cols, int tokens);

 private:
  void* handle_ = nullptr;
};

}  // namespace assay::llm
