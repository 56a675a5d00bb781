// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "harness/core/component.h"
#include "tests/unit/workloads/llm_support.h"
#include "workloads/llm/gemv/gemv.h"
#include "workloads/support/f16.h"

using namespace assay;
using namespace assay::llm;
using assay::llm::testing::rel_rms;

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

TEST_CASE("llm.gemv: the reference is the sum over the dequantised weights and activations") {
  for (const std::string dtype : {"f32", "f16", "q8_0", "q4_0"}) {
    Preparation preparation;
    preparation.params = resolve(gemv_definition(), shape(5, 64, dtype));
    const GemvProblem problem(preparation);
    const auto y = run(gemv_reference(), shape(5, 64, dtype), 2);
    std::vector<double> x(problem.x.begin(), problem.x.end());
    if (in_blocks(parse_format(dtype))) quantise_activations(problem.x.data(), 64, x.data());
    std::vector<float> row(64);
    for (std::size_t r = 0; r < 5; ++r) {
      dequantise_row(problem.w, r, row.data());
      double sum = 0;
      for (std::size_t c = 0; c < 64; ++c) sum += static_cast<double>(row[c]) * x[c];
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
  for (const std::string dtype : {"f32", "f16", "q8_0", "q4_0"}) {
    for (const auto& [rows, cols] : {std::pair{1, 32}, {7, 96}, {16, 96}, {33, 160}, {50, 288}, {65, 2048}}) {
      const auto expected = run(gemv_reference(), shape(rows, cols, dtype), 1);
      for (int threads = 1; threads <= 3; ++threads) {
        INFO(dtype << " " << rows << " x " << cols << ", " << threads << " threads");
        const double limit = llm::testing::limit(gemv_definition(),
                                                 in_blocks(parse_format(dtype)) ? "q8" : "float", "rel_rms");
        CHECK(rel_rms(run(simd, shape(rows, cols, dtype), threads), expected) <= limit);
      }
    }
  }
}

TEST_CASE("llm.gemv: the accuracy class follows the format") {
  const auto simd = gemv_simd();
  if (!simd.probe().available) return;
  const auto pool = llm::testing::pool_of(1);
  CHECK(llm::testing::make(gemv_definition(), simd, shape(16, 96, "f32"), *pool)->accuracy() == "float");
  CHECK(llm::testing::make(gemv_definition(), simd, shape(16, 96, "f16"), *pool)->accuracy() == "float");
  CHECK(llm::testing::make(gemv_definition(), simd, shape(16, 96, "q4_0"), *pool)->accuracy() == "q8");
  CHECK(llm::testing::make(gemv_definition(), gemv_reference(), shape(16, 96, "q8_0"), *pool)->accuracy() ==
        "q8");
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
  CHECK(rel_rms(a, b) > 0.5);
}

TEST_CASE("llm.gemv: activations are quantised as the definition says, ties to even") {
  // The largest of the block is 127, so its scale is 1 and q = x.
  std::vector<float> x(32, 0.0f);
  const float values[] = {127, -127, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 0.49f, 0.51f};
  std::copy(std::begin(values), std::end(values), x.begin());
  std::vector<double> seen(32);
  quantise_activations(x.data(), 32, seen.data());
  CHECK(std::vector<double>(seen.begin(), seen.begin() + 10) ==
        std::vector<double>{127, -127, 0, 2, 2, 0, -2, -2, 0, 1});
  std::fill(x.begin(), x.end(), 0.0f);
  quantise_activations(x.data(), 32, seen.data());
  CHECK(seen == std::vector<double>(32, 0.0));
}

namespace {

/// y of the q8 class over the given weights and activations.
std::vector<float> product(const Matrix& w, const std::vector<double>& x) {
  std::vector<float> row(w.cols);
  std::vector<double> y(w.rows);
  matvec_reference(w, x.data(), y.data(), 0, w.rows, row.data());
  return {y.begin(), y.end()};
}

GemvProblem problem_of(const Params& params) {
  Preparation preparation;
  preparation.params = resolve(gemv_definition(), params);
  return GemvProblem(preparation);
}

}  // namespace

TEST_CASE("llm.gemv: one quant off by one or one scale off by its last bit fails verification, at any size") {
  const double limit = llm::testing::limit(gemv_definition(), "q8", "rel_rms");
  for (const auto& [rows, cols] : {std::pair{16, 96}, {48, 4096}}) {
    GemvProblem problem = problem_of(shape(rows, cols, "q8_0"));
    std::vector<double> x(problem.w.cols);
    quantise_activations(problem.x.data(), x.size(), x.data());
    const auto expected = product(problem.w, x);
    auto* blocks = reinterpret_cast<BlockQ8*>(problem.w.bytes.data());
    const std::size_t per_row = problem.w.cols / block_size;
    int quants = 0;
    int scales = 0;
    for (std::size_t i = 0; i < 64; ++i) {
      BlockQ8& block = blocks[i * 7 % (per_row * problem.w.rows)];
      const BlockQ8 kept = block;
      block.q[i % 32] = static_cast<std::int8_t>(kept.q[i % 32] + (kept.q[i % 32] > 0 ? -1 : 1));
      quants += rel_rms(product(problem.w, x), expected) > limit;
      block = kept;
      block.scale = static_cast<std::uint16_t>(kept.scale ^ 1);
      scales += rel_rms(product(problem.w, x), expected) > limit;
      block = kept;
    }
    INFO(rows << " x " << cols << ": of 64 defects, " << quants << " quants and " << scales
              << " scales seen");
    CHECK(quants >= 60);  // an x of 0 or 1 steps hides a step of its weight, and a block's sum may cancel
    CHECK(scales >= 52);
  }
}

TEST_CASE("llm.gemv: activations quantised in any other way fail verification") {
  const double limit = llm::testing::limit(gemv_definition(), "q8", "rel_rms");
  for (const auto& [rows, cols] : {std::pair{16, 96}, {48, 4096}}) {
    const GemvProblem problem = problem_of(shape(rows, cols, "q4_0"));
    std::vector<double> x(problem.w.cols);
    quantise_activations(problem.x.data(), x.size(), x.data());
    const auto expected = product(problem.w, x);
    const auto distance = [&](auto&& other) {
      std::vector<double> changed(x.size());
      for (std::size_t b = 0; b < x.size(); b += block_size) {
        float most = 0;
        for (std::size_t j = b; j < b + block_size; ++j) most = std::max(most, std::fabs(problem.x[j]));
        for (std::size_t j = b; j < b + block_size; ++j) changed[j] = other(problem.x[j], most);
      }
      return rel_rms(product(problem.w, changed), expected);
    };
    INFO(rows << " x " << cols);
    CHECK(distance([](float v, float) { return v; }) > limit);  // not at all
    CHECK(distance([](float v, float m) { return m / 127 * std::trunc(v * 127 / m); }) > limit);
    CHECK(distance([](float v, float m) { return m / 128 * std::nearbyint(v * 128 / m); }) > limit);
    CHECK(distance([](float v, float m) {  // the scale in binary16, as ggml has it
            return static_cast<double>(f16_to_f32(f32_to_f16(m / 127))) * std::nearbyint(v * (127 / m));
          }) > limit);
  }
}

TEST_CASE("llm.gemv: the bytes of a call are the weights, x and y") {
  const auto pool = llm::testing::pool_of(1);
  const auto instance =
      llm::testing::make(gemv_definition(), gemv_reference(), shape(64, 320, "q4_0"), *pool);
  CHECK(instance->work().operations == 2.0 * 64 * 320);
  CHECK(instance->work().minimum_bytes == 64.0 * 320 / 32 * 18 + 4 * (64 + 320));
  CHECK(instance->work().units == instance->work().minimum_bytes);
  CHECK(llm::testing::make(gemv_definition(), gemv_reference(), shape(64, 320, "f16"), *pool)
            ->work()
            .minimum_bytes == 64.0 * 320 * 2 + 4 * (64 + 320));
}

TEST_CASE("llm.gemv: f16 has x and W in binary16, and they are the values of f32, rounded") {
  const GemvProblem whole = problem_of(shape(3, 64, "f32"));
  const GemvProblem half = problem_of(shape(3, 64, "f16"));
  const auto rounded = [](float value) { return f16_to_f32(f32_to_f16(value)); };
  std::size_t changed = 0;
  std::vector<float> row(64);
  for (std::size_t r = 0; r < 3; ++r) {
    dequantise_row(half.w, r, row.data());
    for (std::size_t c = 0; c < 64; ++c) {
      CHECK(row[c] == rounded(whole.w.f32_row(r)[c]));
      CHECK(half.x[c] == rounded(whole.x[c]));
      changed += row[c] != whole.w.f32_row(r)[c] && half.x[c] != whole.x[c] ? 1 : 0;
    }
  }
  CHECK(changed > 100);  // of 192: binary16 is not what was drawn
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
