// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "harness/core/component.h"
#include "workloads/tinyml/kernel_row.h"
#include "workloads/tinyml/kws/problem.h"

namespace assay {
Workload workload_tinyml_kws();
}

using namespace assay;

namespace {

Preparation prepared(Params params, std::uint64_t seed = 1) {
  Preparation p;
  p.params = resolve(workload_tinyml_kws().definition, params);
  p.seed = seed;
  return p;
}

Params xs() { return {{"frames", std::int64_t{25}}, {"filters", std::int64_t{16}}}; }

assay_kws_problem& state_of(tinyml::Problem& problem) {
  return *static_cast<assay_kws_problem*>(problem.arena());
}

std::string digests(tinyml::Problem& problem) {
  problem.kernel().call(problem.arena());
  const auto out = problem.output();
  return digest(out.at(0)) + " " + digest(out.at(1));
}

}  // namespace

TEST_CASE("kws gives one digest everywhere") {
  // Any platform, compiler or implementation that gives another number is wrong: never edit these with a
  // change that leaves the definition's version as it is.
  for (const auto& row : workload_tinyml_kws().implementations) {
    if (!row.probe().available) continue;
    INFO(row.name);
    const auto full = row.make(prepared({}));
    full->call();
    CHECK(digest(full->output().at(0)) == "crc32:3bedae4b");
    CHECK(digest(full->output().at(1)) == "crc32:9bd3fb48");
    const auto small = row.make(prepared(xs()));
    small->call();
    CHECK(digest(small->output().at(0)) == "crc32:ca429c7b");
    CHECK(digest(small->output().at(1)) == "crc32:621fd8f2");
  }
}

TEST_CASE("kws has the published number of multiplications and parameters") {
  tinyml::Problem problem(assay_kernel_kws, prepared({}));
  CHECK(problem.work().operations == 2 * 2656768.0);
  CHECK(problem.work().units == 1);
  const auto& state = state_of(problem);
  int weights = 0, biases = 0;
  for (int i = 0; i < 10; ++i) {
    const auto& l = state.layers[i];
    const bool depthwise = i % 2 == 1 && i < 9;
    weights += l.kernel_height * l.kernel_width * l.in_channels * (depthwise ? 1 : l.out_channels);
    biases += l.out_channels;
  }
  // 22,604 folded parameters: the published count has them with batch normalisation folded away.
  CHECK(weights + biases == 22604);
  CHECK(state.layers[0].out_height == 25);
  CHECK(state.layers[0].out_width == 5);
  CHECK(state.pool_height == 24);
  CHECK(state.pool_width == 5);
}

TEST_CASE("The preset xs of kws fits 8 KiB with weights, input, activations and output") {
  CHECK(tinyml::Problem(assay_kernel_kws, prepared(xs())).arena_bytes() <= 8192);
  const auto presets = workload_tinyml_kws().definition.presets;
  CHECK(presets.at(0).name == "xs");
  CHECK(presets.at(0).params == xs());
}

TEST_CASE("Of every layer of kws ReLU cuts about half and 1 to 5 percent saturate above") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    tinyml::Problem problem(assay_kernel_kws, prepared({}, seed));
    auto& state = state_of(problem);
    const std::size_t count = 25 * 5 * 64;
    for (int i = 0; i < 9; ++i) {
      const auto* in = i == 0 ? state.in : state.activations[i % 2 == 1 ? 0 : 1];
      auto* out = state.activations[i % 2 == 1 ? 1 : 0];
      (i % 2 == 1 ? assay_depthwise_int8 : assay_conv2d_int8)(&state.layers[i], in, out);
      const auto cut = static_cast<std::size_t>(std::count(out, out + count, std::int8_t{-128}));
      const auto full = static_cast<double>(std::count(out, out + count, std::int8_t{127}));
      INFO("seed " << seed << ", layer " << i << ", saturated " << full / count);
      CHECK(full / count >= 0.01);
      CHECK(full / count <= 0.05);
      CHECK(cut > count / 5);      // ReLU does something,
      CHECK(cut < count * 4 / 5);  // and leaves something
    }
    problem.kernel().call(problem.arena());
    const auto [low, high] = std::minmax_element(state.logits, state.logits + 12);
    CHECK(*low == -128);
    CHECK(*high == 127);
    int sum = 0;
    for (int i = 0; i < 12; ++i) sum += state.out[i] + 128;
    CHECK(sum >= 256 - 6);
    CHECK(sum <= 256 + 6);
  }
}

TEST_CASE("One bit of one weight, bias or input of kws changes the digest") {
  tinyml::Problem problem(assay_kernel_kws, prepared({}));
  const auto good = digests(problem);
  auto& state = state_of(problem);
  const auto flip = [&](std::int8_t* value) { *value = static_cast<std::int8_t>(*value ^ 0x40); };
  for (int layer = 0; layer < 9; ++layer) {
    INFO("layer " << layer);
    auto* weights = const_cast<std::int8_t*>(state.layers[layer].weights);
    flip(weights + 5);
    CHECK(digests(problem) != good);
    flip(weights + 5);
    auto* bias = const_cast<std::int32_t*>(state.layers[layer].bias);
    bias[3] ^= 1 << 10;
    CHECK(digests(problem) != good);
    bias[3] ^= 1 << 10;
  }
  auto* in = const_cast<std::int8_t*>(state.in);
  flip(in + 100);
  CHECK(digests(problem) != good);
  flip(in + 100);
  CHECK(digests(problem) == good);
}

TEST_CASE("Another seed of kws gives another digest, the same seed the same") {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    tinyml::Problem problem(assay_kernel_kws, prepared(xs(), seed));
    seen.insert(digests(problem));
  }
  CHECK(seen.size() == 4);
}
