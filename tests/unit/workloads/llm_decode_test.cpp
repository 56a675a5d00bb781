// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/unit/workloads/llm_support.h"
#include "workloads/llm/decode/decode.h"

using namespace assay;
using namespace assay::llm;
using assay::llm::testing::rel_l2;

namespace {

struct Result {
  std::vector<std::int32_t> tokens;
  std::vector<float> logits;
};

Result result_of(Instance& instance) {
  const auto tensors = instance.output();
  const auto tokens = tensors.at(0).view<std::int32_t>();
  const auto logits = tensors.at(2).view<float>();
  return {{tokens.begin(), tokens.end()}, {logits.begin(), logits.end()}};
}

Params params(const std::string& config, const std::string& dtype, std::int64_t tokens, std::int64_t prompt) {
  return {{"config", config}, {"dtype", dtype}, {"tokens", tokens}, {"prompt", prompt}};
}

Result run(const Implementation& implementation, const Params& p, int threads, std::uint64_t seed = 1) {
  const auto pool = llm::testing::pool_of(threads);
  const auto instance = llm::testing::make(decode_definition(), implementation, p, *pool, seed);
  instance->call();
  return result_of(*instance);
}

float margin(std::vector<float> logits) {
  std::nth_element(logits.begin(), logits.begin() + 1, logits.end(), std::greater<>());
  return logits[0] - logits[1];
}

}  // namespace

TEST_CASE("llm.decode: the greedy string is the one that the model was built for, by a wide margin") {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    for (const char* config : {"xs", "nano"}) {
      if (std::string(config) == "nano" && seed > 2) continue;
      Preparation preparation;
      preparation.params = resolve(decode_definition(), params(config, "q4_0", 3, 3));
      preparation.seed = seed;
      const Model model(preparation);
      const auto got = run(decode_reference(), preparation.params, 2, seed);
      std::int32_t token = model.prompt.back();
      for (const std::int32_t next : got.tokens) {
        CHECK(next == static_cast<std::int32_t>(model.row(token)));
        token = next;
      }
      INFO(config << " seed " << seed);
      CHECK(margin(got.logits) > 0.1f);
    }
  }
}

TEST_CASE(
    "llm.decode: simd gives the reference's tokens, and its logits within the class, at 1 to 3 threads") {
  if (!decode_simd().probe().available) return;
  for (const std::string dtype : {"f32", "f16", "q8_0", "q4_0"}) {
    for (const char* config : {"xs", "nano"}) {
      const auto p = params(config, dtype, 5, 4);
      const auto expected = run(decode_reference(), p, 2);
      for (int threads = 1; threads <= 3; ++threads) {
        const auto got = run(decode_simd(), p, threads);
        const double error = rel_l2(got.logits, expected.logits);
        INFO(config << " " << dtype << ", " << threads << " threads, rel_l2 " << error);
        CHECK(got.tokens == expected.tokens);
        CHECK(error <=
              llm::testing::limit(decode_definition(), in_blocks(parse_format(dtype)) ? "q8" : "float"));
      }
    }
  }
}

TEST_CASE(
    "llm.decode: logits of every step are in the result, those of the last step the same as in its logits") {
  const auto pool = llm::testing::pool_of(2);
  const auto instance =
      llm::testing::make(decode_definition(), decode_reference(), params("nano", "q4_0", 3, 2), *pool);
  instance->call();
  const auto tensors = instance->output();
  const Tensor& steps = tensors.at(1);
  REQUIRE(steps.name == "steps");
  REQUIRE(steps.shape == std::vector<std::int64_t>{3, 512});
  const auto all = steps.view<float>();
  const auto last = tensors.at(2).view<float>();
  const std::size_t apart = last.size() / 512;
  for (std::size_t k = 0; k < 512; ++k) REQUIRE(all[2 * 512 + k] == last[k * apart]);
  CHECK(all[0] != all[512]);
  instance->spoil();
  CHECK(std::isnan(instance->output().at(1).view<float>()[0]));
}

TEST_CASE("llm.decode: every call does the same and gives the same") {
  for (const auto& implementation : {decode_reference(), decode_simd()}) {
    if (!implementation.probe().available) continue;
    const auto pool = llm::testing::pool_of(2);
    const auto instance =
        llm::testing::make(decode_definition(), implementation, params("xs", "q8_0", 6, 2), *pool);
    instance->call();
    const auto first = result_of(*instance);
    instance->call();
    instance->call();
    const auto third = result_of(*instance);
    CHECK(third.tokens == first.tokens);
    CHECK(third.logits == first.logits);
  }
}

TEST_CASE(
    "llm.decode: a call has one first token and tokens - 1 gaps, stamped in order, and they are taken once") {
  const auto pool = llm::testing::pool_of(1);
  const auto instance =
      llm::testing::make(decode_definition(), decode_reference(), params("xs", "q4_0", 5, 2), *pool);
  instance->call();
  instance->call();
  const auto tracks = instance->take_tracks();
  REQUIRE(tracks.size() == 2);
  CHECK(tracks[0].metric == "time.first_token");
  CHECK(tracks[0].value.size() == 2);
  CHECK(tracks[1].metric == "time.inter_token");
  CHECK(tracks[1].value.size() == 8);
  CHECK(std::is_sorted(tracks[1].offset_ns.begin(), tracks[1].offset_ns.end()));
  CHECK(tracks[0].offset_ns[0] < tracks[1].offset_ns[0]);
  CHECK(instance->take_tracks()[0].value.empty());
}

TEST_CASE("llm.decode: weights rounded to 4 bits instead of 8 fail the verification") {
  for (const char* config : {"xs", "nano"}) {
    const auto wide = run(decode_reference(), params(config, "q8_0", 2, 3), 2);
    const auto narrow = run(decode_reference(), params(config, "q4_0", 2, 3), 2);
    CHECK(wide.tokens == narrow.tokens);
    INFO(config);
    CHECK(rel_l2(narrow.logits, wide.logits) > llm::testing::limit(decode_definition(), "q8"));
  }
}

TEST_CASE("llm.decode: operations and bytes follow the formulas") {
  const auto pool = llm::testing::pool_of(1);
  const auto instance =
      llm::testing::make(decode_definition(), decode_reference(), params("xs", "q4_0", 2, 3), *pool);
  // P = (32 + 2 * 16) * 32 + 32 * 32 + 3 * 32 * 32 + 32 * 32 = 7168; D = 2 * 3 + 1 = 7
  const Work work = instance->work();
  CHECK(work.units == 2);
  CHECK(work.operations == 2 * 2 * 7168 + 7 * 4 * 32);
  CHECK(work.minimum_bytes == 2 * (7168 * 18 / 32 + 4 * 32 * 3) + (7 + 2) * 4 * 16);
}

TEST_CASE("llm.decode: the preset xs fits 8 KiB") {
  for (const auto& preset : decode_definition().presets) {
    if (preset.name != "xs") continue;
    Preparation preparation;
    preparation.params = resolve(decode_definition(), preset.params);
    const Model model(preparation);
    const std::size_t cache = model.positions() * 4 * model.shape.kv() * model.shape.layers;
    CHECK(model.weight_bytes() + cache + 4 * model.shape.vocabulary <= 8192);
    return;
  }
  FAIL("no preset xs");
}

TEST_CASE("llm.decode: lengths out of range are refused with the range") {
  const auto pool = llm::testing::pool_of(1);
  CHECK_THROWS_AS(
      llm::testing::make(decode_definition(), decode_reference(), params("xs", "q4_0", 0, 1), *pool), Error);
  CHECK_THROWS_AS(
      llm::testing::make(decode_definition(), decode_reference(), params("xs", "q4_0", 1, 0), *pool), Error);
}
