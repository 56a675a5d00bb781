// SPDX-License-Identifier: Apache-2.0
// What every implementation of demo.scale has in common: all but call().
#pragma once

#include "workloads/support/aligned.h"
#include "workloads/support/inputs.h"
#include "workloads/support/seeded.h"

class Scale : public assay::Instance {
 public:
  explicit Scale(const assay::Preparation& p)
      : pool(p.pool),
        x(static_cast<std::size_t>(assay::get_integer(p.params, "n")), pool),
        y(x.size(), pool) {
    assay::fill(x.data(), x.size(), pool, [s = assay::Stream(p.seed, "x")](auto i) { return s.normal(i); });
  }
  std::vector<assay::Tensor> output() override {
    return {
        assay::Tensor::from("y", {static_cast<std::int64_t>(y.size())}, std::span<const float>(y.view()))};
  }
  void spoil() override { y.spoil(); }
  assay::Work work() const override {
    const auto n = static_cast<double>(x.size());
    return {.operations = n, .minimum_bytes = 8 * n, .units = n};
  }
  std::size_t resident_bytes() const override { return x.bytes() + y.bytes(); }
  std::string input_digest() const override { return assay::InputDigest().add("x", x.view()).text(); }

 protected:
  assay::cpu::Pool* pool;
  assay::Aligned<float> x, y;
};

template <typename T>
assay::Implementation scale(const char* name) {
  return {.name = name,
          .accuracy = "float",
          .make = [](const assay::Preparation& p) -> std::unique_ptr<assay::Instance> {
            return std::make_unique<T>(p);
          }};
}
