// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/gemv/gemv.h"
#include "workloads/llm/support/kernels.h"

namespace assay::llm {

namespace {

class Simd final : public GemvInstance {
 public:
  explicit Simd(const Preparation& preparation) : GemvInstance(preparation) {
    for (int i = 0; i < pool().size(); ++i) activations_.emplace_back(problem().w.cols);
  }

  void call() override {
    pool().run([&](int index) {
      // Every thread quantises x for itself: that is cheaper than a second fork and join.
      auto& activations = activations_[static_cast<std::size_t>(index)];
      kernels_.prepare(problem().x.data(), problem().w.cols, problem().w.format, activations);
      const auto [begin, end] = pool().share(problem().w.rows, index, 16);
      kernels_.matvec(problem().w, activations, y(), begin, end);
    });
  }

  std::size_t resident_bytes() const override {
    return GemvInstance::resident_bytes() + activations_.size() * activations_.front().resident_bytes();
  }
  std::string isa() const override { return kernels_.isa; }

 private:
  const Kernels& kernels_ = kernels();
  std::vector<Activations> activations_;  ///< one a thread
};

}  // namespace

Implementation gemv_simd() {
  Implementation i;
  i.name = "simd";
  i.accuracy = "q8";  // float where W is f32 or f16: Instance::accuracy()
  i.doc =
      "Google Highway; int8 dot products by VNNI, maddubs or SDOT where W is quantised; rows shared among "
      "the "
      "threads";
  i.make = [](const Preparation& p) { return std::make_unique<Simd>(p); };
  return i;
}

}  // namespace assay::llm
