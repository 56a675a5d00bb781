// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "workloads/llm/decode/decode.h"
#include "workloads/support/f16.h"

namespace assay::llm {

namespace {

using Vector = std::vector<double>;

class Reference final : public DecodeInstance {
 public:
  explicit Reference(const Preparation& preparation)
      : DecodeInstance(preparation),
        x_(shape().embedding),
        normed_(shape().embedding),
        qkv_(shape().embedding + 2 * shape().kv()),
        attended_(shape().embedding),
        scores_(model().positions()),
        hidden_(2 * shape().hidden),
        added_(shape().embedding),
        logits_(shape().vocabulary),
        rows_(static_cast<std::size_t>(pool().size()),
              std::vector<float>(std::max(shape().embedding, shape().hidden))) {
    read_prompt();
  }

 protected:
  std::int32_t step(std::int32_t token, std::size_t position) override {
    embed(token);
    for (std::size_t i = 0; i < shape().layers; ++i) {
      const Layer& layer = model().layers[i];
      normalise(layer.attention_gain);
      multiply(layer.qkv, normed_, qkv_);
      remember(i, position);
      for (std::size_t h = 0; h < shape().heads; ++h) attend(i, h, position + 1);
      multiply(layer.out, attended_, added_);
      for (std::size_t j = 0; j < x_.size(); ++j) x_[j] += added_[j];

      normalise(layer.hidden_gain);
      multiply(layer.gate_up, normed_, hidden_);
      for (std::size_t j = 0; j < shape().hidden; ++j) {
        hidden_[j] = hidden_[j] / (1.0 + std::exp(-hidden_[j])) * hidden_[j + shape().hidden];
      }
      multiply(layer.down, hidden_, added_);
      for (std::size_t j = 0; j < x_.size(); ++j) x_[j] += added_[j];
    }
    normalise(model().final_gain);
    multiply(model().embedding, normed_, logits_);
    std::transform(logits_.begin(), logits_.end(), logits(), [](double v) { return static_cast<float>(v); });
    return static_cast<std::int32_t>(std::max_element(logits_.begin(), logits_.end()) - logits_.begin());
  }

 private:
  const Shape& shape() const { return model().shape; }

  void embed(std::int32_t token) {
    dequantise_row(model().embedding, model().row(token), rows_[0].data());
    const double factor = std::sqrt(static_cast<double>(shape().embedding));
    for (std::size_t j = 0; j < x_.size(); ++j) x_[j] = factor * rows_[0][j];
  }

  void normalise(const Aligned<float>& gain) {
    double squares = 0;
    for (const double v : x_) squares += v * v;
    const double factor = 1.0 / std::sqrt(squares / static_cast<double>(x_.size()) + norm_epsilon);
    for (std::size_t j = 0; j < x_.size(); ++j) normed_[j] = x_[j] * factor * gain[j];
  }

  void multiply(const Matrix& w, const Vector& x, Vector& y) {
    pool().run([&](int index) {
      const auto [begin, end] = pool().share(w.rows, index);
      matvec_reference(w, x.data(), y.data(), begin, end, rows_[static_cast<std::size_t>(index)].data());
    });
  }

  void rotate(double* head, std::size_t position) const {
    const std::size_t half = shape().head() / 2;
    for (std::size_t i = 0; i < half; ++i) {
      const double c = model().cosine[position * half + i];
      const double s = model().sine[position * half + i];
      const double a = head[2 * i];
      const double b = head[2 * i + 1];
      head[2 * i] = a * c - b * s;
      head[2 * i + 1] = a * s + b * c;
    }
  }

  /// Rotates queries and keys, puts keys and values into the cache.
  void remember(std::size_t layer, std::size_t position) {
    const std::size_t e = shape().embedding;
    const std::size_t kv = shape().kv();
    for (std::size_t j = 0; j < e + kv; j += shape().head()) rotate(qkv_.data() + j, position);
    for (std::size_t j = 0; j < kv; ++j) {
      keys(layer)[position * kv + j] = f32_to_f16(static_cast<float>(qkv_[e + j]));
      values(layer)[position * kv + j] = f32_to_f16(static_cast<float>(qkv_[e + kv + j]));
    }
  }

  void attend(std::size_t layer, std::size_t h, std::size_t count) {
    const std::size_t kv = shape().kv();
    const std::size_t n = shape().head();
    const std::uint16_t* k = keys(layer) + h / shape().group() * n;
    const std::uint16_t* v = values(layer) + h / shape().group() * n;
    double total = 0;
    for (std::size_t t = 0; t < count; ++t) {
      double dot = 0;
      for (std::size_t j = 0; j < n; ++j) dot += qkv_[h * n + j] * f16_to_f32(k[t * kv + j]);
      scores_[t] = dot / std::sqrt(static_cast<double>(n));
    }
    const double largest =
        *std::max_element(scores_.begin(), scores_.begin() + static_cast<std::ptrdiff_t>(count));
    for (std::size_t t = 0; t < count; ++t) total += scores_[t] = std::exp(scores_[t] - largest);
    for (std::size_t j = 0; j < n; ++j) {
      double sum = 0;
      for (std::size_t t = 0; t < count; ++t) sum += scores_[t] * f16_to_f32(v[t * kv + j]);
      attended_[h * n + j] = sum / total;
    }
  }

  Vector x_;  ///< the residual stream
  Vector normed_;
  Vector qkv_;
  Vector attended_;
  Vector scores_;
  Vector hidden_;
  Vector added_;
  Vector logits_;
  std::vector<std::vector<float>> rows_;  ///< one dequantised row a thread
};

}  // namespace

Implementation decode_reference() {
  Implementation i;
  i.name = "reference";
  i.accuracy = "float";
  i.doc = "plain loops in f64 over the dequantised weights; rows of the matrices shared among the threads";
  i.make = [](const Preparation& p) { return std::make_unique<Reference>(p); };
  return i;
}

}  // namespace assay::llm
