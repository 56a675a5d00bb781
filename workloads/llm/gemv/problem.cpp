// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/gemv/gemv.h"
#include "workloads/support/f16.h"
#include "workloads/support/inputs.h"
#include "workloads/support/seeded.h"

namespace assay::llm {

namespace {

std::size_t dimension(const Params& params, const std::string& key) {
  const auto value = get_integer(params, key);
  return value < 0 ? 0 : static_cast<std::size_t>(value);  // 0 is refused by weight_bytes
}

}  // namespace

GemvProblem::GemvProblem(const Preparation& preparation)
    : w(seeded_matrix(parse_format(get_text(preparation.params, "dtype")),
                      dimension(preparation.params, "rows"), dimension(preparation.params, "cols"), 0.02f,
                      preparation.seed, "weights", preparation.pool)),
      x(w.cols) {
  const Stream stream(preparation.seed, "x");
  fill(x.data(), x.size(), nullptr, [&](std::size_t i) {
    const float value = stream.normal(i);
    return w.format == Format::f16 ? f16_to_f32(f32_to_f16(value)) : value;
  });
}

GemvInstance::GemvInstance(const Preparation& preparation)
    : pool_(preparation.pool), problem_(preparation), y_(problem_.w.rows) {}

std::vector<Tensor> GemvInstance::output() { return GemvProblem::output(y_.view()); }

std::vector<Tensor> GemvProblem::output(std::span<const float> y) {
  return {Tensor::from<float>("y", {static_cast<std::int64_t>(y.size())}, y)};
}

Work GemvProblem::work() const {
  const double bytes = static_cast<double>(w.size_bytes()) + 4.0 * static_cast<double>(w.rows + w.cols);
  return {2.0 * static_cast<double>(w.rows) * static_cast<double>(w.cols), bytes, bytes};
}

std::string GemvProblem::digest() const {
  return InputDigest()
      .add_bytes("weights", to_string(w.format), w.bytes.data(), w.rows * w.cols, w.size_bytes())
      .add<float>("x", x.view())
      .text();
}

Work GemvInstance::work() const { return problem_.work(); }

std::size_t GemvInstance::resident_bytes() const {
  return problem_.w.bytes.bytes() + problem_.x.bytes() + y_.bytes();
}

std::string GemvInstance::input_digest() const { return problem_.digest(); }

}  // namespace assay::llm
