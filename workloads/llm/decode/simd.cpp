// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "workloads/llm/decode/decode.h"
#include "workloads/llm/support/kernels.h"
#include "workloads/support/f16.h"

namespace assay::llm {

namespace {

/// Every thread normalises and quantises the shared vector for itself and multiplies its own rows: five forks
/// a layer, each because the next part needs all of the last.
class Simd final : public DecodeInstance {
 public:
  explicit Simd(const Preparation& preparation)
      : DecodeInstance(preparation),
        x_(shape().embedding),
        qkv_(shape().embedding + 2 * shape().kv()),
        attended_(shape().embedding),
        hidden_(2 * shape().hidden),
        added_(shape().embedding) {
    for (int i = 0; i < pool().size(); ++i) members_.emplace_back(model());
    read_prompt();
  }

  std::string isa() const override { return kernels_.isa; }
  std::string accuracy() const override { return in_blocks(model().embedding.format) ? "q8" : "float"; }
  std::size_t resident_bytes() const override {
    std::size_t bytes = DecodeInstance::resident_bytes();
    for (const auto* vector : {&x_, &qkv_, &attended_, &hidden_, &added_}) bytes += vector->bytes();
    for (const auto& m : members_)
      bytes += m.activations.resident_bytes() + m.normed.bytes() + m.scores.bytes();
    return bytes;
  }

 protected:
  std::int32_t step(std::int32_t token, std::size_t position) override {
    dequantise_row(model().embedding, model().row(token), x_.data());
    const float factor = std::sqrt(static_cast<float>(shape().embedding));
    for (float& v : x_) v *= factor;
    for (std::size_t i = 0; i < shape().layers; ++i) {
      const Layer& layer = model().layers[i];
      pool().run([&](int index) { project(layer, i, position, index); });
      pool().run([&](int index) { attend(i, position + 1, index); });
      pool().run([&](int index) { add_product(layer.out, attended_.data(), index); });
      pool().run([&](int index) { expand(layer, index); });
      pool().run([&](int index) { add_product(layer.down, hidden_.data(), index); });
    }
    pool().run([&](int index) { predict(index); });
    std::size_t best = members_.front().best;
    for (const auto& m : members_) {
      if (logits()[m.best] > logits()[best]) best = m.best;
    }
    return static_cast<std::int32_t>(best);
  }

 private:
  struct Member {
    Activations activations;
    Aligned<float> normed;
    Aligned<float> scores;
    std::size_t best = 0;  ///< largest logit of its share

    explicit Member(const Model& model)
        : activations(std::max(model.shape.embedding, model.shape.hidden)),
          normed(model.shape.embedding),
          scores(model.positions()) {}
  };

  const Shape& shape() const { return model().shape; }
  Member& member(int index) { return members_[static_cast<std::size_t>(index)]; }

  Activations& normalised(const Aligned<float>& gain, int index) {
    Member& m = member(index);
    kernels_.rms_norm(x_.data(), gain.data(), x_.size(), norm_epsilon, m.normed.data());
    kernels_.prepare(m.normed.data(), x_.size(), model().embedding.format, m.activations);
    return m.activations;
  }

  void rotate(float* head, std::size_t position) const {
    const std::size_t half = shape().head() / 2;
    const float* c = model().cosine.data() + position * half;
    const float* s = model().sine.data() + position * half;
    for (std::size_t i = 0; i < half; ++i) {
      const float a = head[2 * i];
      const float b = head[2 * i + 1];
      head[2 * i] = a * c[i] - b * s[i];
      head[2 * i + 1] = a * s[i] + b * c[i];
    }
  }

  /// Queries, keys and values of this member's heads; keys and values go into the cache.
  void project(const Layer& layer, std::size_t i, std::size_t position, int index) {
    const std::size_t n = shape().head();
    const std::size_t kv = shape().kv();
    const auto [begin, end] = pool().share(shape().heads + 2 * shape().kv_heads, index);
    kernels_.matvec(layer.qkv, normalised(layer.attention_gain, index), qkv_.data(), begin * n, end * n);
    for (std::size_t unit = begin; unit < end; ++unit) {
      float* head = qkv_.data() + unit * n;
      if (unit < shape().heads + shape().kv_heads) rotate(head, position);
      if (unit < shape().heads) continue;
      const std::size_t column = (unit - shape().heads) * n;
      std::uint16_t* to =
          column < kv ? keys(i) + position * kv + column : values(i) + position * kv + column - kv;
      for (std::size_t j = 0; j < n; ++j) to[j] = f32_to_f16(head[j]);
    }
  }

  void attend(std::size_t i, std::size_t count, int index) {
    const std::size_t n = shape().head();
    const auto [begin, end] = pool().share(shape().heads, index);
    for (std::size_t h = begin; h < end; ++h) {
      const std::size_t column = h / shape().group() * n;
      kernels_.attend(qkv_.data() + h * n, keys(i) + column, values(i) + column, shape().kv(), count, n,
                      member(index).scores.data(), attended_.data() + h * n);
    }
  }

  /// x += W . vector, this member's rows.
  void add_product(const Matrix& w, const float* vector, int index) {
    Member& m = member(index);
    const auto [begin, end] = pool().share(w.rows, index, 16);
    kernels_.prepare(vector, w.cols, w.format, m.activations);
    kernels_.matvec(w, m.activations, added_.data(), begin, end);
    for (std::size_t j = begin; j < end; ++j) x_[j] += added_[j];
  }

  void expand(const Layer& layer, int index) {
    const std::size_t ff = shape().hidden;
    const auto [begin, end] = pool().share(ff, index, 16);
    const Activations& activations = normalised(layer.hidden_gain, index);
    kernels_.matvec(layer.gate_up, activations, hidden_.data(), begin, end);
    kernels_.matvec(layer.gate_up, activations, hidden_.data(), ff + begin, ff + end);
    kernels_.swiglu(hidden_.data() + begin, hidden_.data() + ff + begin, end - begin);
  }

  void predict(int index) {
    const auto [begin, end] = pool().share(shape().vocabulary, index, 16);
    kernels_.matvec(model().embedding, normalised(model().final_gain, index), logits(), begin, end);
    member(index).best = begin == end ? 0 : begin + kernels_.argmax(logits() + begin, end - begin);
  }

  const Kernels& kernels_ = kernels();
  Aligned<float> x_;  ///< the residual stream
  Aligned<float> qkv_;
  Aligned<float> attended_;
  Aligned<float> hidden_;
  Aligned<float> added_;
  std::vector<Member> members_;  ///< one a thread
};

}  // namespace

Implementation decode_simd() {
  Implementation i;
  i.name = "simd";
  i.accuracy = "q8";  // float where weights are f32: Instance::accuracy()
  i.doc = "llm.gemv's kernels and Google Highway for the rest; rows and heads shared among the threads";
  i.make = [](const Preparation& p) { return std::make_unique<Simd>(p); };
  return i;
}

}  // namespace assay::llm
