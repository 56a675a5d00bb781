// SPDX-License-Identifier: Apache-2.0
#include "workloads/vision/resize/resize.h"

namespace assay::vision {

namespace {

class Reference final : public ResizeInstance {
 public:
  using ResizeInstance::ResizeInstance;

  void call() override {
    for (int y = 0; y < problem_.out_height; ++y) {
      const Tap& row = problem_.rows[static_cast<std::size_t>(y)];
      const std::uint8_t* upper = problem_.source.row(row.first);
      const std::uint8_t* lower = problem_.source.row(row.second);
      std::uint8_t* out = out_row(y);
      for (const Tap& column : problem_.columns) {
        for (int c = 0; c < 3; ++c) {
          const auto across = [&](const std::uint8_t* line) {
            return line[column.first * 3 + c] * (weight_one - column.weight) +
                   line[column.second * 3 + c] * column.weight;
          };
          const int sum = across(upper) * (weight_one - row.weight) + across(lower) * row.weight;
          *out++ = static_cast<std::uint8_t>((sum + (1 << 21)) >> 22);
        }
      }
    }
  }
};

}  // namespace

Implementation resize_reference() {
  Implementation i;
  i.name = "reference";
  i.doc = "the definition, written out; one thread";
  i.make = [](const Preparation& preparation) { return std::make_unique<Reference>(preparation); };
  return i;
}

}  // namespace assay::vision
