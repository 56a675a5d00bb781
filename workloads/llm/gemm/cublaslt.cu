// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "workloads/llm/gemm/gemm.h"
#include "workloads/llm/support/blas_product.h"
#include "workloads/llm/support/cublaslt.h"

namespace assay {

namespace llm {

namespace {

/// Of the candidates of cuBLASLt's heuristic the one that is fastest here, found before anything is measured.
class LtProduct final : public LibraryProduct<GemmProblem> {
 public:
  explicit LtProduct(const Preparation& preparation)
      : LibraryProduct(preparation),
        lt_(stored(), rows(), cols(), tokens()),
        scratch_(std::max<std::size_t>(lt_.workspace(), 1)) {
    facts().resident_bytes += scratch_.bytes();
    queue().on_submit([this] { lt_.multiply(w(), x(), y(), scratch_.data(), queue().stream()); },
                      4);  // a product in parts is added up by another kernel
    std::vector<double> ns;
    std::string why;
    for (std::size_t i = 0; i < lt_.candidates(); ++i) {
      lt_.choose(i);
      try {
        call();  // its code is loaded
        ns.push_back(queue().trial_ns());
      } catch (const Error& error) {  // that the heuristic names it does not mean that it runs
        why = error.what();
        ns.push_back(std::numeric_limits<double>::infinity());
      }
    }
    if (std::all_of(ns.begin(), ns.end(), [](double one) { return std::isinf(one); }))
      throw Error(ErrorCode::worker, "none of cuBLASLt's candidates runs here: " + why);
    lt_.choose(first_of_the_fastest(ns));
    call();
  }

  std::string isa() const override { return DeviceInstance::isa() + "; " + lt_.chosen(); }

 private:
  CuBlasLt lt_;
  cuda::Buffer<std::byte> scratch_;
};

}  // namespace

}  // namespace llm

Implementation implementation_llm_gemm_cublaslt();

Implementation implementation_llm_gemm_cublaslt() {
  return llm::blas_row<llm::LtProduct>(
      "cublaslt", llm::cublaslt_probe,
      "cublasLtMatmul of the machine's cuBLASLt, sums in f32 (no TF32): of the first 8 algorithms of its "
      "heuristic, with 32 MiB of workspace at most, the fastest, by times taken before measuring");
}

}  // namespace assay
