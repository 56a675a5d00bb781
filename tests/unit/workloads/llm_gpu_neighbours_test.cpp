// SPDX-License-Identifier: Apache-2.0
// The workloads whose only implementation on the CPU is their reference: llm.gemm and llm.attn_decode.
#include <catch2/catch.hpp>
#include <cmath>

#include "harness/core/error.h"
#include "tests/unit/workloads/llm_support.h"
#include "workloads/llm/attn_decode/attn_decode.h"
#include "workloads/llm/gemm/gemm.h"
#include "workloads/llm/gemv/gemv.h"

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
  for (const std::string dtype : {"f32", "f16", "q8_0", "q4_0"}) {
    const Params params{
        {"rows", std::int64_t{3}}, {"cols", std::int64_t{64}}, {"tokens", std::int64_t{9}}, {"dtype", dtype}};
    const GemmProblem problem(prepared(gemm_definition(), params));
    const auto y = run(gemm_definition(), gemm_reference(), params, 2);
    REQUIRE(y.size() == 27);
    for (std::size_t t = 0; t < 9; ++t) {
      std::vector<double> x(problem.x.data() + t * 64, problem.x.data() + (t + 1) * 64);
      if (in_blocks(problem.w.format)) quantise_activations(problem.x.data() + t * 64, 64, x.data());
      for (std::size_t r = 0; r < 3; ++r) {
        std::vector<float> w(64);
        dequantise_row(problem.w, r, w.data());
        double sum = 0;
        for (std::size_t c = 0; c < 64; ++c) sum += static_cast<double>(w[c]) * x[c];
        CHECK(y[t * 3 + r] == static_cast<float>(sum));
      }
    }
    CHECK((problem.x[1] == f16_to_f32(f32_to_f16(problem.x[1]))) == (dtype == "f16"));
  }
}

TEST_CASE("llm.gemm of one token is llm.gemv, bit for bit") {
  for (const std::string dtype : {"f32", "f16", "q8_0", "q4_0"}) {
    Params params{{"rows", std::int64_t{5}}, {"cols", std::int64_t{96}}, {"dtype", dtype}};
    const auto gemv = run(gemv_definition(), gemv_reference(), params, 1);
    params["tokens"] = std::int64_t{1};
    CHECK(run(gemm_definition(), gemm_reference(), params, 1) == gemv);
  }
}

TEST_CASE("llm.gemm: a q8_0 product that leaves out what x is rounded to fails the verification") {
  const Params params{{"rows", std::int64_t{24}},
                      {"cols", std::int64_t{96}},
                      {"tokens", std::int64_t{5}},
                      {"dtype", std::string("q8_0")}};
  const GemmProblem problem(prepared(gemm_definition(), params));
  const auto pool = llm::testing::pool_of(1);
  const auto instance = llm::testing::make(gemm_definition(), gemm_reference(), params, *pool);
  CHECK(instance->accuracy() == "q8");
  const auto y = run(gemm_definition(), gemm_reference(), params, 1);
  std::vector<float> unrounded;
  for (std::size_t t = 0; t < 5; ++t) {
    const std::vector<double> x(problem.x.data() + t * 96, problem.x.data() + (t + 1) * 96);
    std::vector<float> row(96);
    std::vector<double> sums(24);
    matvec_reference(problem.w, x.data(), sums.data(), 0, 24, row.data());
    unrounded.insert(unrounded.end(), sums.begin(), sums.end());
  }
  CHECK(llm::testing::rel_rms(unrounded, y) > 100 * llm::testing::limit(gemm_definition(), "q8", "rel_rms"));
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
  Params half{{"math", std::string("f16")}, {"rows", std::int64_t{1}}, {"tokens", std::int64_t{1}}};
  CHECK_THROWS_AS(GemmProblem(prepared(gemm_definition(), half)).refuse_odd_math(), Error);
  half["dtype"] = std::string("f16");
  const GemmProblem allowed(prepared(gemm_definition(), half));
  allowed.refuse_odd_math();
  CHECK(allowed.accuracy() == "half");
  CHECK_THROWS_AS(AttentionProblem(prepared(attention_definition(), {{"kv_heads", std::int64_t{5}}})), Error);
  CHECK_THROWS_AS(AttentionProblem(prepared(attention_definition(), {{"head_dim", std::int64_t{7}}})), Error);
}
