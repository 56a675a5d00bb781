// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "workloads/roof/fma/fma.h"

namespace assay::roof_fma {

namespace {

template <typename T>
class FmaInstance final : public Instance {
 public:
  using Kernel = void (*)(T*, T, T, std::int64_t);

  FmaInstance(const Preparation& preparation, Kernel kernel, std::string isa)
      : kernel_(kernel),
        isa_(std::move(isa)),
        pool_(*preparation.pool),
        problem_(preparation),
        end_(problem_.start.size(), &pool_) {}

  void call() override {
    const T b = static_cast<T>(decay(problem_.rounds));
    const T a = 1 - b;
    pool_.run([&](int index) {
      const auto [begin, end] = pool_.share(problem_.blocks, index);
      for (std::size_t block = begin; block < end; ++block) {
        T* x = end_.data() + block * chains;
        std::copy_n(problem_.start.data() + block * chains, chains, x);
        kernel_(x, a, b, problem_.rounds);
      }
    });
  }

  std::vector<Tensor> output() override { return problem_.output(end_.view()); }
  void spoil() override { end_.spoil(); }
  Work work() const override { return problem_.work(); }
  std::size_t resident_bytes() const override { return problem_.start.bytes() + end_.bytes(); }
  std::string isa() const override { return isa_; }
  std::string input_digest() const override { return problem_.digest.text(); }

 private:
  Kernel kernel_;
  std::string isa_;
  cpu::Pool& pool_;
  FmaProblem<T> problem_;
  Aligned<T> end_;
};

}  // namespace

std::unique_ptr<Instance> make_instance(const Preparation& preparation, const Kernels& kernels,
                                        std::string isa) {
  if (get_text(preparation.params, "dtype") == "f64") {
    return std::make_unique<FmaInstance<double>>(preparation, kernels.f64, std::move(isa));
  }
  return std::make_unique<FmaInstance<float>>(preparation, kernels.f32, std::move(isa));
}

}  // namespace assay::roof_fma
