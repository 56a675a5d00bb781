// SPDX-License-Identifier: Apache-2.0
// The workloads whose only implementation on the CPU is their reference: llm.gemm and llm.attn_decode.
#include <catch2/catch.hpp>
#include <cmath>

#include "harness/core/error.h"
#include "tests/unit/workloads/llm_support.h"
#include "workloads/llm/attn_decode/attn_decode.h"
#include "workloads/llm/gemm/gemm.h"

using namespace assay;
using namespace assay::llm;

namespace {

std::vector<float> run(const Definition& definition, const Implementation& implementation,
                       const Params& params, int threads) {
  const auto pool = llm::testing::pool_of(threads);
  const auto instance = llm::testing::make(definition, implementation, params, *pool);
  instance->call();
  const auto tensors = instance->output();
  REQUIRE(tensors.size() == 1);
  const auto y = tensors[0].view<float>();
  return {y.begin(), y.end()};
}

Preparation prepared(const Definition& definition, const Params& params) {
  Preparation preparation;
  preparation.params = resolve(definition, params);
  return preparation;
}

}  // namespace

TEST_CASE("llm.gemm: the reference is the sum of products, at any number of tokens and threads") {
  for (const std::string dtype : {"f32", "f16"}) {
    const Params params{
        {"rows", std::int64_t{3}}, {"cols", std::int64_t{32}}, {"tokens", std::int64_t{9}}, {"dtype", dtype}};
    const GemmProblem problem(prepared(gemm_definition(), params));
    const auto y = run(gemm_definition(), gemm_reference(), params, 2);
    REQUIRE(y.size() == 27);
    for (std::size_t t = 0; t < 9; ++t) {
      for (std::size_t r = 0; r < 3; ++r) {
        double sum = 0;
        for (std::size_t c = 0; c < 32; ++c)
          sum += static_cast<double>(problem.w[r * 32 + c]) * static_cast<double>(problem.x[t * 32 + c]);
        CHECK(y[t * 3 + r] == static_cast<float>(sum));
      }
    }
    CHECK((problem.w[1] == f16_to_f32(f32_to_f16(problem.w[1]))) == (dtype == "f16"));
  }
}

TEST_CASE("llm.attn_decode: one key takes all the weight, and equal keys share it") {
  const Params one{{"heads", std::int64_t{2}},
                   {"kv_heads", std::int64_t{1}},
                   {"head_dim", std::int64_t{4}},
                   {"context", std::int64_t{1}}};
  const AttentionProblem problem(prepared(attention_definition(), one));
  const auto out = run(attention_definition(), attention_reference(), one, 1);
  REQUIRE(out.size() == 8);
  for (std::size_t i = 0; i < 8; ++i)
    CHECK(out[i] == problem.v[i % 4]);  // both heads read the same head of values
}

TEST_CASE("llm.attn_decode: the reference weighs values by the softmax of scaled scores") {
  const Params params{{"heads", std::int64_t{4}},
                      {"kv_heads", std::int64_t{2}},
                      {"head_dim", std::int64_t{2}},
                      {"context", std::int64_t{3}}};
  const AttentionProblem p(prepared(attention_definition(), params));
  const auto out = run(attention_definition(), attention_reference(), params, 3);
  for (std::size_t head = 0; head < 4; ++head) {
    const std::size_t first = head / 2 * 6;
    double weights = 0;
    double sums[2] = {};
    for (std::size_t t = 0; t < 3; ++t) {
      const double dot = static_cast<double>(p.q[2 * head]) * static_cast<double>(p.k[first + 2 * t]) +
                         static_cast<double>(p.q[2 * head + 1]) * static_cast<double>(p.k[first + 2 * t + 1]);
      const double weight = std::exp(dot / std::sqrt(2.0));
      weights += weight;
      for (std::size_t d = 0; d < 2; ++d) sums[d] += weight * static_cast<double>(p.v[first + 2 * t + d]);
    }
    for (std::size_t d = 0; d < 2; ++d)
      CHECK(static_cast<double>(out[2 * head + d]) == Approx(sums[d] / weights).epsilon(1e-6));
  }
}

TEST_CASE("llm.gemm and llm.attn_decode refuse shapes that are none") {
  CHECK_THROWS_AS(GemmProblem(prepared(gemm_definition(), {{"cols", std::int64_t{33}}})), Error);
  CHECK_THROWS_AS(GemmProblem(prepared(gemm_definition(), {{"tokens", std::int64_t{0}}})), Error);
  CHECK_THROWS_AS(AttentionProblem(prepared(attention_definition(), {{"kv_heads", std::int64_t{5}}})), Error);
  CHECK_THROWS_AS(AttentionProblem(prepared(attention_definition(), {{"head_dim", std::int64_t{7}}})), Error);
}
