// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/cuda/instance.h"
#include "harness/core/error.h"
#include "workloads/llm/gemv/gemv.h"
#include "workloads/llm/support/cublas.h"
#include "workloads/llm/support/reals.h"

namespace assay {

namespace llm {

namespace {

class BlasGemv final : public cuda::DeviceInstance {
 public:
  explicit BlasGemv(const Preparation& preparation) : DeviceInstance(preparation), blas_(queue().stream()) {
    const GemvProblem problem(preparation);
    stored_ = problem.w.format == Format::f16 ? CuBlas::Values::f16 : CuBlas::Values::f32;
    rows_ = static_cast<int>(problem.w.rows);
    cols_ = static_cast<int>(problem.w.cols);
    w_ = cuda::Buffer<std::byte>(problem.w.bytes.data(), problem.w.size_bytes());
    if (stored_ == CuBlas::Values::f16) {
      const auto halves = as_halves(problem.x.view());
      x_ = cuda::Buffer<std::byte>(reinterpret_cast<const std::byte*>(halves.data()), 2 * halves.size());
    } else {
      x_ = cuda::Buffer<std::byte>(reinterpret_cast<const std::byte*>(problem.x.data()),
                                   sizeof(float) * problem.x.size());
    }
    y_ = cuda::Buffer<float>(problem.w.rows);
    y_.spoil();
    facts() = {problem.work(), w_.bytes() + x_.bytes() + y_.bytes(), problem.digest()};
    queue().on_submit([this] { blas_.multiply(stored_, w_.data(), x_.data(), y_.data(), rows_, cols_, 1); });
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<float> y(y_.size());
    y_.download(y.data());
    return {Tensor::from<float>("y", {rows_}, std::span<const float>(y))};
  }
  void spoil() override { y_.spoil(); }

 private:
  CuBlas blas_;
  CuBlas::Values stored_ = CuBlas::Values::f32;
  int rows_ = 0;
  int cols_ = 0;
  cuda::Buffer<std::byte> w_;
  cuda::Buffer<std::byte> x_;
  cuda::Buffer<float> y_;
};

}  // namespace

}  // namespace llm

Implementation implementation_llm_gemv_cublas();

Implementation implementation_llm_gemv_cublas() {
  Implementation i;
  i.name = "cublas";
  i.device = "cuda";
  i.accuracy = "float";
  i.doc = "the machine's cuBLAS: cublasSgemv (f32), cublasGemmEx with sums in f32 (f16)";
  i.probe = llm::cublas_probe;
  i.make = [](const Preparation& p) -> std::unique_ptr<Instance> {
    const std::string dtype = get_text(p.params, "dtype");
    if (llm::in_blocks(llm::parse_format(dtype))) {
      throw Error(ErrorCode::unavailable, "cuBLAS multiplies no '" + dtype + "' weights",
                  "choose dtype=f32 or f16, or the implementation cuda");
    }
    return std::make_unique<llm::BlasGemv>(p);
  };
  return i;
}

}  // namespace assay
