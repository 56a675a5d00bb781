// SPDX-License-Identifier: Apache-2.0
#include "harness/core/error.h"
#include "workloads/llm/gemm/gemm.h"
#include "workloads/support/inputs.h"

namespace assay::llm {

GemmProblem::GemmProblem(const Preparation& preparation)
    : half_math(get_text(preparation.params, "math") == "f16"),
      rows(counted(preparation.params, "rows", 1, 1 << 20)),
      cols(counted(preparation.params, "cols", 32, 1 << 20)),
      tokens(counted(preparation.params, "tokens", 1, 1 << 16)) {
  if (cols % 32 != 0) {
    throw Error(ErrorCode::usage, "llm.gemm: cols=" + std::to_string(cols) + " is no multiple of 32",
                "choose " + std::to_string(cols / 32 * 32));
  }
  if (rows * cols >= std::size_t{1} << 32 || tokens * cols >= std::size_t{1} << 32)
    throw Error(ErrorCode::usage, "llm.gemm: a matrix has at most 2^32 values",
                "choose fewer rows, cols or tokens");
  w = seeded_matrix(parse_format(get_text(preparation.params, "dtype")), rows, cols, 0.02f, preparation.seed,
                    "weights", preparation.pool);
  x = seeded_reals(tokens * cols, 1, w.format == Format::f16, preparation, "x");
}

Work GemmProblem::work() const {
  const auto r = static_cast<double>(rows);
  const auto c = static_cast<double>(cols);
  const auto t = static_cast<double>(tokens);
  const double of_x = w.format == Format::f16 ? 2 : 4;  // in blocks X comes as f32
  return {2 * r * c * t, static_cast<double>(w.size_bytes()) + of_x * c * t + 4 * r * t, t};
}

void GemmProblem::refuse_odd_math() const {
  if (!half_math || w.format == Format::f16) return;
  throw Error(ErrorCode::unavailable, "llm.gemm: arithmetic in binary16 (math=f16) is for dtype=f16",
              "add dtype=f16, or leave math out");
}

std::string GemmProblem::digest() const {
  return InputDigest()
      .add_bytes("weights", to_string(w.format), w.bytes.data(), rows * cols, w.size_bytes())
      .add<float>("x", x.view())
      .text();
}

std::vector<Tensor> GemmProblem::output(std::span<const float> y) const {
  return {Tensor::from<float>("y", {static_cast<std::int64_t>(tokens), static_cast<std::int64_t>(rows)}, y)};
}

}  // namespace assay::llm
