// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "workloads/roof/fma/fma.h"
#include "workloads/support/aligned.h"
#include "workloads/support/inputs.h"
#include "workloads/support/seeded.h"

namespace assay::roof_fma {

namespace {

std::int64_t bounded(const Preparation& preparation, const char* name, std::int64_t largest) {
  const std::int64_t value = get_integer(preparation.params, name);
  if (value >= 1 && value <= largest) return value;
  throw Error(ErrorCode::usage, std::string("roof.fma: ") + name + "=" + std::to_string(value),
              "from 1 to " + std::to_string(largest));
}

template <typename T>
class FmaInstance final : public Instance {
 public:
  using Kernel = void (*)(T*, T, T, std::int64_t);

  FmaInstance(const Preparation& preparation, Kernel kernel, std::string isa)
      : kernel_(kernel),
        isa_(std::move(isa)),
        pool_(*preparation.pool),
        rounds_(bounded(preparation, "rounds", 4096)),
        blocks_(static_cast<std::size_t>(bounded(preparation, "blocks", std::int64_t{1} << 24))),
        start_(blocks_ * chains, &pool_),
        end_(blocks_ * chains, &pool_) {
    const Stream stream(preparation.seed, "x0");
    fill(start_.data(), start_.size(), &pool_,
         [&](std::size_t i) { return static_cast<T>(2 + static_cast<double>(stream.unit(i))); });
    digest_.template add<T>("x0", start_.view());
  }

  void call() override {
    const T b = static_cast<T>(decay(rounds_));
    const T a = 1 - b;
    pool_.run([&](int index) {
      const auto [begin, end] = pool_.share(blocks_, index);
      for (std::size_t block = begin; block < end; ++block) {
        T* x = end_.data() + block * chains;
        std::copy_n(start_.data() + block * chains, chains, x);
        kernel_(x, a, b, rounds_);
      }
    });
  }

  std::vector<Tensor> output() override {
    return {Tensor::from<T>("x", {static_cast<std::int64_t>(blocks_), static_cast<std::int64_t>(chains)},
                            end_.view())};
  }

  void spoil() override { end_.spoil(); }

  Work work() const override {
    const auto values = static_cast<double>(blocks_ * chains);
    const double operations = 2 * values * static_cast<double>(rounds_);
    return {.operations = operations, .minimum_bytes = 2 * values * sizeof(T), .units = operations};
  }

  std::size_t resident_bytes() const override { return start_.bytes() + end_.bytes(); }
  std::string isa() const override { return isa_; }
  std::string input_digest() const override { return digest_.text(); }

 private:
  Kernel kernel_;
  std::string isa_;
  cpu::Pool& pool_;
  std::int64_t rounds_;
  std::size_t blocks_;
  Aligned<T> start_;
  Aligned<T> end_;
  InputDigest digest_;
};

}  // namespace

double decay(std::int64_t rounds) { return std::exp2(-std::ceil(std::log2(static_cast<double>(rounds)))); }

std::unique_ptr<Instance> make_instance(const Preparation& preparation, const Kernels& kernels,
                                        std::string isa) {
  if (get_text(preparation.params, "dtype") == "f64") {
    return std::make_unique<FmaInstance<double>>(preparation, kernels.f64, std::move(isa));
  }
  return std::make_unique<FmaInstance<float>>(preparation, kernels.f32, std::move(isa));
}

}  // namespace assay::roof_fma
