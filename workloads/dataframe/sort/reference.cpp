// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>

#include "workloads/dataframe/sort/sort.h"

namespace assay::sorting {

namespace {

class Reference final : public Instance {
 public:
  explicit Reference(const Preparation& preparation)
      : problem_(preparation), order_(problem_.rows, preparation.pool) {}

  void call() override {
    const auto& v3 = problem_.v3.values;
    std::iota(order_.begin(), order_.end(), 0U);
    std::sort(order_.begin(), order_.end(),
              [&](std::uint32_t a, std::uint32_t b) { return v3[a] < v3[b] || (v3[a] == v3[b] && a < b); });
  }

  std::vector<Tensor> output() override { return problem_.output(order_.view()); }
  void spoil() override { order_.spoil(); }
  Work work() const override { return problem_.work(); }
  std::string input_digest() const override { return problem_.digest; }
  std::size_t resident_bytes() const override { return problem_.v3.values.bytes() + order_.bytes(); }

 private:
  SortProblem problem_;
  Aligned<std::uint32_t> order_;
};

}  // namespace

Implementation reference() {
  Implementation row;
  row.name = "reference";
  row.doc = "std::sort of the rows' numbers by value, then number; one thread";
  row.make = [](const Preparation& preparation) { return std::make_unique<Reference>(preparation); };
  return row;
}

}  // namespace assay::sorting
