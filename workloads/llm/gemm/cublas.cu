// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/gemm/gemm.h"
#include "workloads/llm/support/blas_product.h"

namespace assay {

Implementation implementation_llm_gemm_cublas();

Implementation implementation_llm_gemm_cublas() {
  return llm::blas_row<llm::BlasProduct<llm::GemmProblem>>(
      "cublas", llm::cublas_probe, "cublasGemmEx of the machine's cuBLAS, sums in f32 (no TF32)");
}

}  // namespace assay
