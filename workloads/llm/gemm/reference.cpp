// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "workloads/llm/gemm/gemm.h"

namespace assay::llm {

namespace {

constexpr std::size_t lanes = 8;  ///< tokens at a time

/// X transposed and in f64, so that the sums of neighbouring tokens, each in the order of the columns, run
/// beside each other.
class Reference final : public Instance {
 public:
  explicit Reference(const Preparation& preparation)
      : pool_(*preparation.pool),
        problem_(preparation),
        stride_((problem_.tokens + lanes - 1) / lanes * lanes),
        x_(problem_.cols * stride_, &pool_),
        y_(problem_.results(), &pool_),
        seen_(problem_.cols),
        rows_(static_cast<std::size_t>(pool_.size()), std::vector<float>(problem_.cols)) {}

  void call() override {
    for (std::size_t t = 0; t < problem_.tokens; ++t) {
      const float* x = problem_.x.data() + t * problem_.cols;
      std::copy(x, x + problem_.cols, seen_.begin());
      if (in_blocks(problem_.w.format)) quantise_activations(x, problem_.cols, seen_.data());
      for (std::size_t c = 0; c < problem_.cols; ++c) x_[c * stride_ + t] = seen_[c];
    }
    pool_.run([&](int index) {
      const auto [begin, end] = pool_.share(problem_.rows, index);
      float* const w = rows_[static_cast<std::size_t>(index)].data();
      for (std::size_t r = begin; r < end; ++r) {
        dequantise_row(problem_.w, r, w);
        for (std::size_t t = 0; t < problem_.tokens; t += lanes) row(w, r, t);
      }
    });
  }

  std::vector<Tensor> output() override { return problem_.output(y_.view()); }
  void spoil() override { y_.spoil(); }
  Work work() const override { return problem_.work(); }
  std::string input_digest() const override { return problem_.digest(); }
  std::string accuracy() const override { return problem_.accuracy(); }
  std::size_t resident_bytes() const override {
    return problem_.w.size_bytes() + problem_.x.bytes() + x_.bytes() + y_.bytes() +
           sizeof(double) * seen_.size() + sizeof(float) * rows_.size() * problem_.cols;
  }

 private:
  void row(const float* w, std::size_t r, std::size_t first) {
    double sums[lanes] = {};
    const double* x = x_.data() + first;
    for (std::size_t c = 0; c < problem_.cols; ++c) {
      for (std::size_t k = 0; k < lanes; ++k) sums[k] += static_cast<double>(w[c]) * x[c * stride_ + k];
    }
    for (std::size_t k = 0; k < lanes && first + k < problem_.tokens; ++k) {
      y_[(first + k) * problem_.rows + r] = static_cast<float>(sums[k]);
    }
  }

  cpu::Pool& pool_;
  GemmProblem problem_;
  std::size_t stride_;
  Aligned<double> x_;  ///< [cols][stride]
  Aligned<float> y_;
  std::vector<double> seen_;              ///< a row of X as the definition has the product see it
  std::vector<std::vector<float>> rows_;  ///< one dequantised row a thread
};

}  // namespace

Implementation gemm_reference() {
  Implementation i;
  i.name = "reference";
  i.accuracy = "float";  // q8 where W is in blocks: Instance::accuracy()
  i.doc = "plain loops, f64 sums in the order of the columns, rows of W shared among the threads";
  i.make = [](const Preparation& p) { return std::make_unique<Reference>(p); };
  return i;
}

}  // namespace assay::llm
