// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/core/host.h"

struct CUstream_st;  // cudaStream_t points to it

/// The few functions of cuBLAS that are needed, found at run time (nvidia_library.h).
namespace assay::llm {

enum class Stored { f32, f16 };  ///< W and X; products, sums and Y are binary32

/// Whether cuBLAS is here, with all that is needed of it; else why not, and the remedy.
Probe cublas_probe();

/// A cuBLAS handle on one stream. Only where cublas_probe() is available; on the thread of its device.
class CuBlas {
 public:
  /// \throws Error{worker} with cuBLAS's status, as multiply() does.
  explicit CuBlas(CUstream_st* stream);
  ~CuBlas();
  CuBlas(const CuBlas&) = delete;
  CuBlas& operator=(const CuBlas&) = delete;

  /// Enqueues Y = X W^T on the stream. All row-major and on the device: w [rows][cols], x [tokens][cols],
  /// y [tokens][rows]. One token in f32 is cublasSgemv, all else cublasGemmEx.
  void multiply(Stored stored, const void* w, const void* x, float* y, int rows, int cols, int tokens);

 private:
  void* handle_ = nullptr;
};

}  // namespace assay::llm
