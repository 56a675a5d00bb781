// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/cuda/instance.h"
#include "workloads/llm/gemm/gemm.h"
#include "workloads/llm/support/cublas.h"

namespace assay {

namespace llm {

namespace {

class BlasGemm final : public cuda::DeviceInstance {
 public:
  explicit BlasGemm(const Preparation& preparation)
      : DeviceInstance(preparation),
        problem_(preparation),
        blas_(queue().stream()),
        w_(uploaded(problem_.w)),
        x_(uploaded(problem_.x)),
        y_(problem_.results()) {
    queue().on_submit([this] {
      blas_.multiply(problem_.half ? CuBlas::Values::f16 : CuBlas::Values::f32, w_.data(), x_.data(),
                     y_.data(), static_cast<int>(problem_.rows), static_cast<int>(problem_.cols),
                     static_cast<int>(problem_.tokens));
    });
    facts() = {problem_.work(), w_.bytes() + x_.bytes() + y_.bytes(), problem_.digest()};
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<float> y(y_.size());
    y_.download(y.data());
    return problem_.output(y);
  }
  void spoil() override { y_.spoil(); }

 private:
  cuda::Buffer<std::byte> uploaded(const Aligned<float>& values) const {
    if (!problem_.half) {
      return {reinterpret_cast<const std::byte*>(values.data()), sizeof(float) * values.size()};
    }
    const auto halves = as_halves(values.view());
    return {reinterpret_cast<const std::byte*>(halves.data()), sizeof(std::uint16_t) * halves.size()};
  }

  GemmProblem problem_;
  CuBlas blas_;
  cuda::Buffer<std::byte> w_;
  cuda::Buffer<std::byte> x_;
  cuda::Buffer<float> y_;
};

}  // namespace

}  // namespace llm

Implementation implementation_llm_gemm_cublas();

Implementation implementation_llm_gemm_cublas() {
  Implementation row;
  row.name = "cublas";
  row.device = "cuda";
  row.accuracy = "float";
  row.doc = "cublasGemmEx of the machine's cuBLAS, sums in f32 (no TF32)";
  row.probe = llm::cublas_probe;
  row.make = [](const Preparation& p) { return std::make_unique<llm::BlasGemm>(p); };
  return row;
}

}  // namespace assay
