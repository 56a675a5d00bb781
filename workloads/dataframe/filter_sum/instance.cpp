// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <vector>

#include "workloads/dataframe/filter_sum/filter_sum.h"
#include "workloads/dataframe/filter_sum/problem.h"

namespace assay::filter_sum {

namespace {

/// A thread's partial sum on a cache line of its own.
struct alignas(64) Partial {
  std::int64_t sum;
};

class FilterSumInstance final : public Instance {
 public:
  FilterSumInstance(const Preparation& preparation, Kernel kernel, std::string isa)
      : kernel_(kernel),
        isa_(std::move(isa)),
        pool_(*preparation.pool),
        problem_(preparation),
        partials_(static_cast<std::size_t>(pool_.size())) {}

  void call() override {
    pool_.run([this](int index) {
      const auto [begin, end] = pool_.share(problem_.rows, index, 64);
      partials_[static_cast<std::size_t>(index)].sum =
          kernel_(problem_.v1.values.data() + begin, problem_.v2.values.data() + begin,
                  problem_.v3.values.data() + begin, end - begin, problem_.v1_below, problem_.v2_below);
    });
    sum_ = 0;
    for (const Partial& partial : partials_) sum_ += partial.sum;
  }

  std::vector<Tensor> output() override { return FilterProblem::output(sum_); }

  void spoil() override {
    sum_ = ~sum_;
    for (Partial& partial : partials_) partial.sum = ~partial.sum;
  }

  Work work() const override { return problem_.work(); }

  std::size_t resident_bytes() const override {
    return problem_.v1.values.bytes() + problem_.v2.values.bytes() + problem_.v3.values.bytes() +
           partials_.size() * sizeof(Partial);
  }

  std::string isa() const override { return isa_; }
  std::string input_digest() const override { return problem_.digest.text(); }

 private:
  Kernel kernel_;
  std::string isa_;
  cpu::Pool& pool_;
  FilterProblem problem_;
  std::vector<Partial> partials_;
  std::int64_t sum_ = 0;
};

}  // namespace

std::unique_ptr<Instance> make_instance(const Preparation& preparation, Kernel kernel, std::string isa) {
  return std::make_unique<FilterSumInstance>(preparation, kernel, std::move(isa));
}

}  // namespace assay::filter_sum
