// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/cuda/instance.h"
#include "workloads/llm/gemv/gemv.h"
#include "workloads/llm/gemv/products.h"

namespace assay {

namespace llm {

namespace {

class CudaGemv final : public cuda::DeviceInstance {
 public:
  explicit CudaGemv(const Preparation& preparation) : DeviceInstance(preparation) {
    const GemvProblem problem(preparation);
    format_ = problem.w.format;
    rows_ = static_cast<int>(problem.w.rows);
    cols_ = static_cast<int>(problem.w.cols);
    products_ = Products(format_, problem.w.cols, queue().multiprocessors());
    w_ = uploaded(problem.w);
    x_ = cuda::Buffer<float>(problem.x.data(), problem.x.size());
    y_ = cuda::Buffer<float>(problem.w.rows);
    y_.spoil();
    facts() = {problem.work(), w_.bytes() + x_.bytes() + y_.bytes() + products_.bytes(), problem.digest()};
    queue().on_submit([this] { products_.enqueue(queue().stream(), rows_, cols_, w_, x_.data(), y_.data()); },
                      products_.launches());
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<float> y(y_.size());
    y_.download(y.data());
    return GemvProblem::output(y);
  }
  void spoil() override { y_.spoil(); }
  std::string accuracy() const override { return in_blocks(format_) ? "q8" : "float"; }

 private:
  Format format_ = Format::f32;
  int rows_ = 0;
  int cols_ = 0;
  Products products_;
  cuda::Buffer<std::byte> w_;
  cuda::Buffer<float> x_;
  cuda::Buffer<float> y_;
};

}  // namespace

}  // namespace llm

Implementation implementation_llm_gemv_cuda();

Implementation implementation_llm_gemv_cuda() {
  Implementation i;
  i.name = "cuda";
  i.device = "cuda";
  i.accuracy = "q8";  // float where W is f32 or f16: Instance::accuracy()
  i.doc =
      "a warp a row; f32 and f16 by fused multiply-adds, q8_0 and q4_0 by dp4a against x in 8 bits, "
      "quantised by a "
      "launch of its own within the call";
  i.make = [](const Preparation& p) { return std::make_unique<llm::CudaGemv>(p); };
  return i;
}

}  // namespace assay
