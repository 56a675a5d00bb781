// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <vector>

#include "harness/core/crc32.h"
#include "workloads/roof/mem/mem.h"
#include "workloads/roof/mem/problem.h"

namespace assay::roof_mem {

namespace {

/// A thread's partial sum on a cache line of its own.
struct alignas(64) Partial {
  std::uint32_t sum;
};

class MemInstance final : public Instance {
 public:
  MemInstance(const Preparation& preparation, const Kernels& kernels, std::string isa)
      : kernels_(kernels),
        isa_(std::move(isa)),
        pool_(*preparation.pool),
        problem_(preparation),
        partials_(static_cast<std::size_t>(pool_.size())) {
    if (problem_.kind != Kind::load) output_ = Aligned<float>(problem_.count, &pool_);
  }

  void call() override {
    pool_.run([this](int index) { part(index); });
    if (problem_.kind != Kind::load) return;
    sum_ = 0;
    for (const Partial& partial : partials_) sum_ += partial.sum;
  }

  std::vector<Tensor> output() override {
    const bool load = problem_.kind == Kind::load;
    return output_of(problem_.kind, load ? sum_ : crc32(0, output_.data(), problem_.count * sizeof(float)));
  }

  void spoil() override {
    sum_ = ~sum_;
    for (Partial& partial : partials_) partial.sum = ~partial.sum;
    output_.spoil();
  }

  Work work() const override { return problem_.work(); }

  std::size_t resident_bytes() const override {
    std::size_t bytes = partials_.size() * sizeof(Partial);
    for (const auto& input : problem_.inputs) bytes += input.empty() ? 0 : input.bytes();
    return bytes + (output_.empty() ? 0 : output_.bytes());
  }

  std::string isa() const override { return isa_; }
  std::string input_digest() const override { return problem_.digest.text(); }

 private:
  void part(int index) {
    const auto [begin, end] = pool_.share(problem_.count, index, 64 / sizeof(float));
    const std::size_t n = end - begin;
    const float* b = problem_.inputs[0].data() + (problem_.inputs[0].empty() ? 0 : begin);
    const float* c = problem_.inputs[1].data() + (problem_.inputs[1].empty() ? 0 : begin);
    float* to = output_.data() + (output_.empty() ? 0 : begin);
    switch (problem_.kind) {
      case Kind::load:
        partials_[static_cast<std::size_t>(index)].sum = kernels_.load(b, n);
        break;
      case Kind::copy:
        kernels_.copy(to, b, n);
        break;
      case Kind::triad:
        kernels_.triad(to, b, c, n);
        break;
      case Kind::triad_nt:
        kernels_.triad_nt(to, b, c, n);
        break;
      case Kind::fill:
        kernels_.fill(to, n);
        break;
    }
  }

  Kernels kernels_;
  std::string isa_;
  cpu::Pool& pool_;
  MemProblem problem_;
  Aligned<float> output_;
  std::vector<Partial> partials_;
  std::uint32_t sum_ = 0;
};

}  // namespace

std::unique_ptr<Instance> make_instance(const Preparation& preparation, const Kernels& kernels,
                                        std::string isa) {
  return std::make_unique<MemInstance>(preparation, kernels, std::move(isa));
}

}  // namespace assay::roof_mem
