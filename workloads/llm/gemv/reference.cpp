// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/gemv/gemv.h"

namespace assay::llm {

namespace {

class Reference final : public GemvInstance {
 public:
  explicit Reference(const Preparation& preparation)
      : GemvInstance(preparation),
        x_(problem().x.begin(), problem().x.end()),
        sums_(problem().w.rows),
        rows_(static_cast<std::size_t>(pool().size()), std::vector<float>(problem().w.cols)) {}

  void call() override {
    if (in_blocks(problem().w.format)) quantise_activations(problem().x.data(), x_.size(), x_.data());
    pool().run([&](int index) {
      const auto [begin, end] = pool().share(sums_.size(), index);
      matvec_reference(problem().w, x_.data(), sums_.data(), begin, end,
                       rows_[static_cast<std::size_t>(index)].data());
      for (std::size_t r = begin; r < end; ++r) y()[r] = static_cast<float>(sums_[r]);
    });
  }

  std::size_t resident_bytes() const override {
    return GemvInstance::resident_bytes() + sizeof(double) * (x_.size() + sums_.size()) +
           sizeof(float) * rows_.size() * problem().w.cols;
  }

 private:
  std::vector<double> x_;  ///< as the definition has the product see it
  std::vector<double> sums_;
  std::vector<std::vector<float>> rows_;  ///< one dequantised row a thread
};

}  // namespace

Implementation gemv_reference() {
  Implementation i;
  i.name = "reference";
  i.accuracy = "float";  // q8 where W is in blocks: Instance::accuracy()
  i.doc =
      "plain loops over the dequantised weights and activations, f64 accumulation, rows shared among the "
      "threads";
  i.make = [](const Preparation& p) { return std::make_unique<Reference>(p); };
  return i;
}

}  // namespace assay::llm
