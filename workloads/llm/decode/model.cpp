// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/decode/model.h"

#include <algorithm>
#include <cmath>

#include "harness/core/error.h"
#include "workloads/support/inputs.h"
#include "workloads/support/seeded.h"

namespace assay::llm {

Shape shape_of(const std::string& config) {
  if (config == "xs") return {32, 1, 2, 1, 32, 32};
  if (config == "nano") return {288, 6, 6, 6, 768, 32000};
  if (config == "micro") return {768, 12, 12, 12, 2048, 32000};
  throw Error(ErrorCode::usage, "llm.decode has no configuration '" + config + "'",
              "choose xs, nano or micro");
}

namespace {

// Of a weight, times 1 / sqrt(columns): what keeps every layer, and every position that it attends to,
// visible in the logits (decision 0010).
constexpr double qkv_scale = 1.5;
constexpr double out_scale = 0.35;
constexpr double gate_up_scale = 0.8;
constexpr double down_scale = 0.35;
constexpr double embedding_scale = 1;
constexpr double rope_base = 10000.0;

std::size_t tokens(const Params& params, const std::string& key) {
  const auto value = get_integer(params, key);
  if (value < 1 || value > 8192) {
    throw Error(ErrorCode::usage, "llm.decode: " + key + " is " + std::to_string(value),
                "choose from 1 to 8192");
  }
  return static_cast<std::size_t>(value);
}

Aligned<float> gain(std::size_t n, std::uint64_t seed, const std::string& name) {
  Aligned<float> values(n);
  const Stream stream(seed, name);
  fill(values.data(), n, nullptr, [&](std::size_t i) { return 1.0f + 0.125f * stream.normal(i); });
  return values;
}

}  // namespace

Model::Model(const Preparation& preparation)
    : shape(shape_of(get_text(preparation.params, "config"))),
      prompt_tokens(tokens(preparation.params, "prompt")),
      new_tokens(tokens(preparation.params, "tokens")) {
  const Format format = parse_format(get_text(preparation.params, "dtype"));
  const auto seed = preparation.seed;
  const auto matrix = [&](std::size_t rows, std::size_t cols, double scale, const std::string& name) {
    const auto one = static_cast<float>(scale / std::sqrt(static_cast<double>(cols)));
    return seeded_matrix(format, rows, cols, one, seed, name, preparation.pool);
  };
  const std::size_t e = shape.embedding;
  for (std::size_t i = 0; i < shape.layers; ++i) {
    const std::string layer = "layer." + std::to_string(i) + ".";
    layers.push_back({gain(e, seed, layer + "attention_gain"),
                      matrix(e + 2 * shape.kv(), e, qkv_scale, layer + "qkv"),
                      matrix(e, e, out_scale, layer + "out"), gain(e, seed, layer + "hidden_gain"),
                      matrix(2 * shape.hidden, e, gate_up_scale, layer + "gate_up"),
                      matrix(e, shape.hidden, down_scale, layer + "down")});
  }
  embedding = matrix(shape.vocabulary, e, embedding_scale, "embedding");
  final_gain = gain(e, seed, "final_gain");

  const std::size_t half = shape.head() / 2;
  cosine = Aligned<float>(positions() * half);
  sine = Aligned<float>(positions() * half);
  for (std::size_t i = 0; i < positions() * half; ++i) {
    const double exponent = -2.0 * static_cast<double>(i % half) / static_cast<double>(shape.head());
    const std::size_t position = i / half;
    const double angle = static_cast<double>(position) * std::pow(rope_base, exponent);
    cosine[i] = static_cast<float>(std::cos(angle));
    sine[i] = static_cast<float>(std::sin(angle));
  }

  const Stream stream(seed, "prompt");
  for (std::size_t i = 0; i < prompt_tokens; ++i) {
    prompt.push_back(
        static_cast<std::int32_t>(stream.below(i, static_cast<std::uint32_t>(shape.vocabulary))));
  }
}

std::size_t Model::row(std::int32_t token) const {
  return (13 * static_cast<std::size_t>(token) + 7) % shape.vocabulary;
}

std::size_t Model::weight_bytes() const {
  std::size_t bytes = embedding.size_bytes() + (2 * shape.layers + 1) * shape.embedding * sizeof(float);
  for (const auto& l : layers) {
    bytes += l.qkv.size_bytes() + l.out.size_bytes() + l.gate_up.size_bytes() + l.down.size_bytes();
  }
  return bytes;
}

double Model::weights() const {
  const std::size_t e = shape.embedding;
  const std::size_t layer = (e + 2 * shape.kv()) * e + e * e + 3 * shape.hidden * e;
  return static_cast<double>(shape.layers * layer + shape.vocabulary * e);
}

std::size_t Model::resident_bytes() const {
  return weight_bytes() + cosine.bytes() + sine.bytes() + prompt.size() * sizeof(std::int32_t);
}

Work Model::work() const {
  const auto calls = static_cast<double>(new_tokens);
  // Positions that attention reads, over all tokens: prompt, prompt + 1, ..., prompt + tokens - 1.
  const double depth = calls * static_cast<double>(prompt_tokens) + calls * (calls - 1) / 2;
  const auto layers = static_cast<double>(shape.layers);
  Work work;
  work.units = calls;
  work.operations = calls * 2 * weights() + depth * 4 * static_cast<double>(shape.embedding) * layers;
  work.minimum_bytes = calls * static_cast<double>(weight_bytes()) +
                       (depth + calls) * 2 * sizeof(std::uint16_t) * static_cast<double>(shape.kv()) * layers;
  return work;
}

std::size_t Model::kept() const { return std::min(std::size_t{512}, shape.vocabulary); }

std::vector<Tensor> Model::output(std::span<const std::int32_t> tokens, std::span<const float> steps,
                                  std::span<const float> logits) const {
  const auto count = static_cast<std::int64_t>(new_tokens);
  return {Tensor::from("tokens", {count}, tokens),
          Tensor::from("steps", {count, static_cast<std::int64_t>(kept())}, steps),
          Tensor::from("logits", {static_cast<std::int64_t>(shape.vocabulary)}, logits)};
}

std::string Model::digest() const {
  InputDigest digest;
  const auto add = [&digest](const std::string& name, const Matrix& m) {
    digest.add_bytes(name, to_string(m.format), m.bytes.data(), m.rows * m.cols, m.size_bytes());
  };
  for (const auto& l : layers) {
    digest.add<float>("attention_gain", l.attention_gain.view());
    add("qkv", l.qkv);
    add("out", l.out);
    digest.add<float>("hidden_gain", l.hidden_gain.view());
    add("gate_up", l.gate_up);
    add("down", l.down);
  }
  add("embedding", embedding);
  digest.add<float>("final_gain", final_gain.view());
  digest.add<std::int32_t>("prompt", std::span<const std::int32_t>(prompt));
  return digest.text();
}

}  // namespace assay::llm
