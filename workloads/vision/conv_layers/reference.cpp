// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "workloads/vision/conv_layers/conv.h"

namespace assay::vision {

namespace {

class Reference final : public Instance {
 public:
  explicit Reference(const Preparation& preparation)
      : pool_(*preparation.pool),
        problem_(preparation),
        rows_(static_cast<std::size_t>(pool_.size()) * static_cast<std::size_t>(problem_.out_width)),
        result_(static_cast<std::size_t>(problem_.results()), &pool_) {}

  void call() override {
    pool_.run([&](int index) {
      double* row =
          rows_.data() + static_cast<std::size_t>(index) * static_cast<std::size_t>(problem_.out_width);
      const auto [begin, end] =
          pool_.share(static_cast<std::size_t>(problem_.out_channels * problem_.out_height), index);
      for (std::size_t i = begin; i < end; ++i) {
        const auto line = static_cast<std::int64_t>(i);
        one_row(line / problem_.out_height, line % problem_.out_height, row);
      }
    });
  }

  std::vector<Tensor> output() override { return problem_.output(result_.view()); }
  void spoil() override { result_.spoil(); }
  Work work() const override { return problem_.work(); }
  std::string input_digest() const override { return problem_.digest(); }
  std::size_t resident_bytes() const override {
    return problem_.input.bytes() + problem_.weights.bytes() + rows_.bytes() + result_.bytes();
  }

 private:
  /// A row of output channel o: tap by tap, sums in f64.
  void one_row(std::int64_t o, std::int64_t y, double* sums) {
    const ConvProblem& p = problem_;
    std::fill_n(sums, p.out_width, 0.0);
    const float* w = p.weights.data() + o * p.group_in * p.kernel * p.kernel;
    for (std::int64_t c = 0; c < p.group_in; ++c) {
      const float* plane = p.input.data() + (o / p.group_out * p.group_in + c) * p.height * p.width;
      for (std::int64_t i = 0; i < p.kernel; ++i) {
        const std::int64_t row = y * p.stride + i - p.kernel / 2;
        for (std::int64_t j = 0; j < p.kernel; ++j, ++w) {
          if (row < 0 || row >= p.height) continue;
          const double weight = static_cast<double>(*w);
          for (std::int64_t x = 0; x < p.out_width; ++x) {
            const std::int64_t column = x * p.stride + j - p.kernel / 2;
            if (column < 0 || column >= p.width) continue;
            sums[x] += weight * static_cast<double>(plane[row * p.width + column]);
          }
        }
      }
    }
    float* out = result_.data() + (o * p.out_height + y) * p.out_width;
    for (std::int64_t x = 0; x < p.out_width; ++x) out[x] = static_cast<float>(sums[x]);
  }

  cpu::Pool& pool_;
  ConvProblem problem_;
  Aligned<double> rows_;  ///< one a member
  Aligned<float> result_;
};

}  // namespace

Implementation conv_reference() {
  Implementation i;
  i.name = "reference";
  i.accuracy = "float";
  i.doc = "the definition, written out, with f64 sums; rows of the result shared among the threads";
  i.make = [](const Preparation& p) { return std::make_unique<Reference>(p); };
  return i;
}

}  // namespace assay::vision
