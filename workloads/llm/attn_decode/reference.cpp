// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "workloads/llm/attn_decode/attn_decode.h"

namespace assay::llm {

namespace {

class Reference final : public Instance {
 public:
  explicit Reference(const Preparation& preparation)
      : pool_(*preparation.pool),
        problem_(preparation),
        scratch_(static_cast<std::size_t>(pool_.size()) * (problem_.context + problem_.head_dim)),
        out_(problem_.results()) {}

  void call() override {
    pool_.run([&](int index) {
      const auto [begin, end] = pool_.share(problem_.heads, index);
      double* scratch =
          scratch_.data() + static_cast<std::size_t>(index) * (problem_.context + problem_.head_dim);
      for (std::size_t head = begin; head < end; ++head) attend(head, scratch);
    });
  }

  std::vector<Tensor> output() override { return problem_.output(out_.view()); }
  void spoil() override { out_.spoil(); }
  Work work() const override { return problem_.work(); }
  std::string input_digest() const override { return problem_.digest(); }
  std::size_t resident_bytes() const override {
    return problem_.q.bytes() + problem_.k.bytes() + problem_.v.bytes() + scratch_.bytes() + out_.bytes();
  }

 private:
  void attend(std::size_t head, double* weights) {
    const std::size_t dim = problem_.head_dim;
    const std::size_t first = problem_.kv_head(head) * problem_.context * dim;
    const float* q = problem_.q.data() + head * dim;
    double largest = -INFINITY;
    for (std::size_t t = 0; t < problem_.context; ++t) {
      const float* k = problem_.k.data() + first + t * dim;
      double dot = 0;
      for (std::size_t d = 0; d < dim; ++d) dot += static_cast<double>(q[d]) * static_cast<double>(k[d]);
      weights[t] = dot / std::sqrt(static_cast<double>(dim));
      largest = std::max(largest, weights[t]);
    }
    double* sums = weights + problem_.context;
    std::fill_n(sums, dim, 0.0);
    double all = 0;
    for (std::size_t t = 0; t < problem_.context; ++t) {
      const double weight = std::exp(weights[t] - largest);
      const float* v = problem_.v.data() + first + t * dim;
      for (std::size_t d = 0; d < dim; ++d) sums[d] += weight * static_cast<double>(v[d]);
      all += weight;
    }
    for (std::size_t d = 0; d < dim; ++d) out_[head * dim + d] = static_cast<float>(sums[d] / all);
  }

  cpu::Pool& pool_;
  AttentionProblem problem_;
  Aligned<double> scratch_;  ///< for each member the weights of a head and its sums
  Aligned<float> out_;
};

}  // namespace

Implementation attention_reference() {
  Implementation i;
  i.name = "reference";
  i.accuracy = "float";
  i.doc = "the definition, written out in f64; heads shared among the threads";
  i.make = [](const Preparation& p) { return std::make_unique<Reference>(p); };
  return i;
}

}  // namespace assay::llm
