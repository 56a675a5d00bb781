// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "workloads/dataframe/columns/columns.h"
#include "workloads/dataframe/filter_sum/filter_sum.h"

namespace assay::filter_sum {

namespace {

/// A thread's partial sum on a cache line of its own.
struct alignas(64) Partial {
  std::int64_t sum;
};

std::int32_t bound(const Preparation& preparation, const char* name) {
  const std::int64_t value = get_integer(preparation.params, name);
  if (value == static_cast<std::int32_t>(value)) return static_cast<std::int32_t>(value);
  throw Error(ErrorCode::usage, std::string(name) + "=" + std::to_string(value) + " does not fit 32 bits",
              "v1 and v2 are columns of i32");
}

class FilterSumInstance final : public Instance {
 public:
  FilterSumInstance(const Preparation& preparation, Kernel kernel, std::string isa)
      : kernel_(kernel),
        isa_(std::move(isa)),
        pool_(*preparation.pool),
        v1_below_(bound(preparation, "v1_below")),
        v2_below_(bound(preparation, "v2_below")),
        rows_(dataframe::count_rows(preparation)),
        v1_(dataframe::make_int32(preparation, "v1", rows_, 5, missing, digest_)),
        v2_(dataframe::make_int32(preparation, "v2", rows_, 15, missing, digest_)),
        v3_(dataframe::make_micro(preparation, "v3", rows_, digest_)),
        partials_(static_cast<std::size_t>(pool_.size())) {}

  void call() override {
    pool_.run([this](int index) {
      const auto [begin, end] = pool_.share(rows_, index, 64);
      partials_[static_cast<std::size_t>(index)].sum =
          kernel_(v1_.values.data() + begin, v2_.values.data() + begin, v3_.values.data() + begin,
                  end - begin, v1_below_, v2_below_);
    });
    sum_ = 0;
    for (const Partial& partial : partials_) sum_ += partial.sum;
  }

  std::vector<Tensor> output() override {
    return {Tensor::from<std::int64_t>("v3_micro", {1}, std::span<const std::int64_t>(&sum_, 1))};
  }

  void spoil() override {
    sum_ = ~sum_;
    for (Partial& partial : partials_) partial.sum = ~partial.sum;
  }

  Work work() const override {
    const auto rows = static_cast<double>(rows_);
    return {.operations = 3 * rows, .minimum_bytes = 16 * rows, .units = rows};
  }

  std::size_t resident_bytes() const override {
    return v1_.values.bytes() + v2_.values.bytes() + v3_.values.bytes() + partials_.size() * sizeof(Partial);
  }

  std::string isa() const override { return isa_; }
  std::string input_digest() const override { return digest_.text(); }

 private:
  /// No bound is above it, so a missing value never qualifies.
  static constexpr std::int32_t missing = std::numeric_limits<std::int32_t>::max();

  Kernel kernel_;
  std::string isa_;
  cpu::Pool& pool_;
  std::int32_t v1_below_;
  std::int32_t v2_below_;
  InputDigest digest_;
  std::size_t rows_;
  dataframe::Int32Column v1_;
  dataframe::Int32Column v2_;
  dataframe::MicroColumn v3_;
  std::vector<Partial> partials_;
  std::int64_t sum_ = 0;
};

}  // namespace

std::unique_ptr<Instance> make_instance(const Preparation& preparation, Kernel kernel, std::string isa) {
  return std::make_unique<FilterSumInstance>(preparation, kernel, std::move(isa));
}

}  // namespace assay::filter_sum
