// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/support/cublas.h"

#include "workloads/llm/support/nvidia_library.h"

namespace assay::llm {

namespace {

/// Declared after NVIDIA's cuBLAS documentation; its handle is opaque, its enumerations are ints.
struct Library : NvidiaLibrary {
  int (*create)(void** handle) = nullptr;
  int (*destroy)(void* handle) = nullptr;
  int (*set_stream)(void* handle, CUstream_st* stream) = nullptr;
  int (*sgemv)(void* handle, int transpose, int m, int n, const float* alpha, const float* a, int lda,
               const float* x, int incx, const float* beta, float* y, int incy) = nullptr;
  int (*gemm)(void* handle, int transpose_a, int transpose_b, int m, int n, int k, const void* alpha,
              const void* a, int type_a, int lda, const void* b, int type_b, int ldb, const void* beta,
              void* c, int type_c, int ldc, int compute, int algorithm) = nullptr;

  Library() : NvidiaLibrary("cuBLAS", {"libcublas.so.13", "libcublas.so.12", "libcublas.so"}) {
    find("cublasCreate_v2", create);
    find("cublasDestroy_v2", destroy);
    find("cublasSetStream_v2", set_stream);
    find("cublasSgemv_v2", sgemv);
    find("cublasGemmEx", gemm);
  }
};

const Library& library() {
  static const Library opened;
  return opened;
}

}  // namespace

Probe cublas_probe() { return library().probe(); }

CuBlas::CuBlas(CUstream_st* stream) {
  library().check(library().create(&handle_), "start");
  const int status = library().set_stream(handle_, stream);
  if (status != 0) library().destroy(handle_);
  library().check(status, "take a stream");
}

CuBlas::~CuBlas() { library().destroy(handle_); }

/// cuBLAS counts by columns: a row-major W is its transpose there, cols x rows, and Y is rows x tokens.
void CuBlas::multiply(Stored stored, const void* w, const void* x, float* y, int rows, int cols, int tokens) {
  constexpr int as_it_is = 0;      // CUBLAS_OP_N
  constexpr int transposed = 1;    // CUBLAS_OP_T
  constexpr int real_32 = 0;       // CUDA_R_32F
  constexpr int real_16 = 2;       // CUDA_R_16F
  constexpr int compute_32 = 68;   // CUBLAS_COMPUTE_32F: no TF32
  constexpr int default_way = -1;  // CUBLAS_GEMM_DEFAULT
  const float one = 1;
  const float zero = 0;
  if (stored == Stored::f32 && tokens == 1) {
    library().check(library().sgemv(handle_, transposed, cols, rows, &one, static_cast<const float*>(w), cols,
                                    static_cast<const float*>(x), 1, &zero, y, 1),
                    "multiply");
    return;
  }
  const int type = stored == Stored::f32 ? real_32 : real_16;
  library().check(library().gemm(handle_, transposed, as_it_is, rows, tokens, cols, &one, w, type, cols, x,
                                 type, cols, &zero, y, real_32, rows, compute_32, default_way),
                  "multiply");
}

}  // namespace assay::llm
