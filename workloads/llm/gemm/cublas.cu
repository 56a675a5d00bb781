// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/gemm/gemm.h"
#include "workloads/llm/support/blas_product.h"

namespace assay {

Implementation implementation_llm_gemm_cublas();

Implementation implementation_llm_gemm_cublas() {
  Implementation row =
      llm::blas_row<llm::GemmProblem>("cublasGemmEx of the machine's cuBLAS, sums in f32 (no TF32)");
  row.make = [make = row.make](const Preparation& p) {
    if (get_text(p.params, "math") != "f32") {
      throw Error(ErrorCode::unavailable, "llm.gemm/cublas has sums in f32 alone",
                  "leave math out, or choose the implementation cuda");
    }
    return make(p);
  };
  return row;
}

}  // namespace assay
