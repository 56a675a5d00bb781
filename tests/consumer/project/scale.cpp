// SPDX-License-Identifier: Apache-2.0
// A user's own workload, y = 3 x: as a plain loop and in blocks that a compiler turns into vector code.
#include "workloads/support/aligned.h"
#include "workloads/support/inputs.h"
#include "workloads/support/seeded.h"

namespace {

template <std::size_t Block>
class Scale : public assay::Instance {
 public:
  explicit Scale(const assay::Preparation& p)
      : x_(static_cast<std::size_t>(assay::get_integer(p.params, "n"))), y_(x_.size()) {
    assay::fill(x_.data(), x_.size(), p.pool,
                [s = assay::Stream(p.seed, "x")](auto i) { return s.normal(i); });
  }
  void call() override {
    for (std::size_t i = 0; i < x_.size(); i += Block)
      for (std::size_t j = 0; j < Block; ++j) y_[i + j] = 3.0F * x_[i + j];
  }
  std::vector<assay::Tensor> output() override {
    return {
        assay::Tensor::from("y", {static_cast<std::int64_t>(y_.size())}, std::span<const float>(y_.view()))};
  }
  assay::Work work() const override {
    const auto n = static_cast<double>(x_.size());
    return {.operations = n, .minimum_bytes = 8 * n, .units = n};
  }
  std::size_t resident_bytes() const override { return x_.bytes() + y_.bytes(); }
  std::string input_digest() const override { return assay::InputDigest().add("x", x_.view()).text(); }

 private:
  assay::Aligned<float> x_, y_;
};

template <std::size_t Block>
assay::Implementation scale(const char* name) {
  return {.name = name,
          .accuracy = "float",
          .make = [](const assay::Preparation& p) -> std::unique_ptr<assay::Instance> {
            return std::make_unique<Scale<Block>>(p);
          }};
}

}  // namespace

namespace assay {

Workload workload_demo_scale() {
  return {{.name = "demo.scale",
           .doc = "y = 3 x",
           .parameters = {{"n", std::int64_t{65536}, "elements, a multiple of 16", {}}},
           .presets = {{"xs", {{"n", std::int64_t{256}}}}},
           .unit_of_work = "elements",
           .tolerances = {{"float", "rel", 1e-6, 1e-6}},
           .operations_formula = "n",
           .bytes_formula = "8 * n"},
          {scale<1>("reference"), scale<16>("blocked")}};
}

}  // namespace assay
