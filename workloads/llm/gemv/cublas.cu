// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/gemv/gemv.h"
#include "workloads/llm/support/blas_product.h"

namespace assay {

Implementation implementation_llm_gemv_cublas();

Implementation implementation_llm_gemv_cublas() {
  return llm::blas_row<llm::BlasProduct<llm::GemvProblem>>(
      "cublas", llm::cublas_probe,
      "the machine's cuBLAS: cublasSgemv (f32), cublasGemmEx with sums in f32 (f16)");
}

}  // namespace assay
