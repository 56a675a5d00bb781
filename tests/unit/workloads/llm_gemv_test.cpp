// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "harness/core/component.h"
#include "tests/unit/workloads/llm_support.h"
#include "workloads/llm/gemv/gemv.h"

using namespace assay;
using namespace assay::llm;
using assay::llm::testing::rel_l2;

namespace assay {
Workload workload_llm_gemv();
}

namespace {

Params shape(std::int64_t rows, std::int64_t cols, const std::string& dtype) {
  return {{"rows", rows}, {"cols", cols}, {"dtype", dtype}};
}

std::vector<float> run(const Implementation& implementation, const Params& params, int threads,
                       std::uint64_t seed = 1) {
  const auto pool = llm::testing::pool_of(threads);
  const auto instance = llm::testing::make(gemv_definition(), implementation, params, *pool, seed);
  instance->call();
  const auto tensors = instance->output();
  REQUIRE(tensors.size() == 1);
  const auto y = tensors[0].view<float>();
  return {y.begin(), y.end()};
}

}  // namespace

TEST_CASE("llm.gemv: the reference is the sum over the dequantised weights") {
  for (const std::string dtype : {"f32", "q8_0", "q4_0"}) {
    Preparation preparation;
    preparation.params = resolve(gemv_definition(), shape(5, 64, dtype));
    const GemvProblem problem(preparation);
    const auto y = run(gemv_reference(), shape(5, 64, dtype), 2);
    std::vector<float> row(64);
    for (std::size_t r = 0; r < 5; ++r) {
      dequantise_row(problem.w, r, row.data());
      double sum = 0;
      for (std::size_t c = 0; c < 64; ++c) sum += static_cast<double>(row[c]) * problem.x[c];
      CHECK(y[r] == static_cast<float>(sum));
    }
  }
}

TEST_CASE("llm.gemv: simd is within its class of the reference at odd shapes and 1 to 3 threads") {
  const auto simd = gemv_simd();
  if (!simd.probe().available) {
    CHECK_THROWS_AS(run(simd, {}, 1), Error);
    return;
  }
  for (const std::string dtype : {"f32", "q8_0", "q4_0"}) {
    for (const auto& [rows, cols] : {std::pair{1, 32}, {7, 96}, {16, 96}, {33, 160}, {50, 288}, {65, 2048}}) {
      if (rows == 1 && dtype != "f32") continue;  // a single sum may cancel, and a relative error with it
      const auto expected = run(gemv_reference(), shape(rows, cols, dtype), 1);
      for (int threads = 1; threads <= 3; ++threads) {
        INFO(dtype << " " << rows << " x " << cols << ", " << threads << " threads");
        const double limit = llm::testing::limit(gemv_definition(), dtype == "f32" ? "float" : "q8");
        CHECK(rel_l2(run(simd, shape(rows, cols, dtype), threads), expected) <= limit);
      }
    }
  }
}

TEST_CASE("llm.gemv: the accuracy class follows the format") {
  const auto simd = gemv_simd();
  if (!simd.probe().available) return;
  const auto pool = llm::testing::pool_of(1);
  CHECK(llm::testing::make(gemv_definition(), simd, shape(16, 96, "f32"), *pool)->accuracy() == "float");
  CHECK(llm::testing::make(gemv_definition(), simd, shape(16, 96, "q4_0"), *pool)->accuracy() == "q8");
}

TEST_CASE("llm.gemv: implementations see the same inputs, and another seed gives other ones") {
  const auto pool = llm::testing::pool_of(2);
  const auto a = llm::testing::make(gemv_definition(), gemv_reference(), shape(16, 96, "q4_0"), *pool);
  if (gemv_simd().probe().available) {
    const auto b = llm::testing::make(gemv_definition(), gemv_simd(), shape(16, 96, "q4_0"), *pool);
    CHECK(a->input_digest() == b->input_digest());
  }
  const auto c = llm::testing::make(gemv_definition(), gemv_reference(), shape(16, 96, "q4_0"), *pool, 2);
  CHECK(a->input_digest() != c->input_digest());
}

TEST_CASE("llm.gemv: another seed's result is far outside the tolerance") {
  const auto a = run(gemv_reference(), shape(16, 96, "q4_0"), 1, 1);
  const auto b = run(gemv_reference(), shape(16, 96, "q4_0"), 1, 2);
  CHECK(rel_l2(a, b) > 0.5);
}

TEST_CASE("llm.gemv: one nibble changed by its top bit fails the verification of xs, in any place") {
  Preparation preparation;
  preparation.params = resolve(gemv_definition(), shape(16, 96, "q4_0"));
  const GemvProblem problem(preparation);
  std::vector<double> x(problem.x.begin(), problem.x.end());
  std::vector<float> row(96);
  std::vector<double> y(16);
  matvec_reference(problem.w, x.data(), y.data(), 0, 16, row.data());
  const std::vector<float> expected(y.begin(), y.end());
  std::size_t seen = 0;
  GemvProblem broken(preparation);
  for (std::size_t b = 0; b < 48; ++b) {
    auto& block = reinterpret_cast<BlockQ4*>(broken.w.bytes.data())[b];
    block.q[b % 16] ^= 0x08;  // the low nibble moves by 8 of 15 steps
    matvec_reference(broken.w, x.data(), y.data(), 0, 16, row.data());
    const std::vector<float> got(y.begin(), y.end());
    seen += rel_l2(got, expected) > 1e-2 ? 1u : 0u;
    block.q[b % 16] ^= 0x08;
  }
  // An x close to zero hides any weight; all others must show.
  CHECK(seen >= 40);
}

TEST_CASE("llm.gemv: the bytes of a call are the weights, x and y") {
  const auto pool = llm::testing::pool_of(1);
  const auto instance =
      llm::testing::make(gemv_definition(), gemv_reference(), shape(64, 320, "q4_0"), *pool);
  CHECK(instance->work().operations == 2.0 * 64 * 320);
  CHECK(instance->work().minimum_bytes == 64.0 * 320 / 32 * 18 + 4 * (64 + 320));
  CHECK(instance->work().units == instance->work().minimum_bytes);
}

TEST_CASE("llm.gemv: the preset xs fits 8 KiB") {
  const auto definition = gemv_definition();
  const auto pool = llm::testing::pool_of(1);
  for (const auto& preset : definition.presets) {
    if (preset.name != "xs") continue;
    CHECK(llm::testing::make(definition, gemv_reference(), preset.params, *pool)->work().minimum_bytes <=
          8192);
    return;
  }
  FAIL("no preset xs");
}

TEST_CASE("llm.gemv: the table's row names the workload") {
  const Workload workload = workload_llm_gemv();
  CHECK(workload.definition.name == "llm.gemv");
  CHECK(workload.implementations.size() == 2);
}
