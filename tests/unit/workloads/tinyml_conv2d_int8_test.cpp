// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "harness/backends/cpu/pool.h"
#include "harness/core/component.h"
#include "tests/unit/workloads/tinyml_support.h"
#include "workloads/tinyml/conv2d_int8/problem.h"
#include "workloads/tinyml/kernel_row.h"

namespace assay {
Workload workload_tinyml_conv2d_int8();
}

using namespace assay;
using namespace assay::tinyml_test;

namespace {

Preparation prepared(Params params, std::uint64_t seed = 1, cpu::Pool* pool = nullptr) {
  Preparation p;
  p.params = resolve(workload_tinyml_conv2d_int8().definition, params);
  p.seed = seed;
  p.pool = pool;
  return p;
}

std::string digest_of(const Implementation& implementation, const Preparation& p) {
  const auto instance = implementation.make(p);
  instance->call();
  return digest(instance->output().at(0));
}

std::int64_t i64(std::int64_t x) { return x; }

}  // namespace

TEST_CASE("Convolution equals a naive formula in double, written independently") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const auto r = random_layer(seed, random_shape(seed), false);
    const auto& l = r.layer;
    std::vector<std::int8_t> out(r.out_size());
    assay_conv2d_int8(&l, r.in.data(), out.data());
    std::size_t at = 0;
    for (int y = 0; y < l.out_height; ++y) {
      for (int x = 0; x < l.out_width; ++x) {
        for (int o = 0; o < l.out_channels; ++o, ++at) {
          double sum = r.bias[static_cast<std::size_t>(o)];
          for (int row = 0; row < l.in_height; ++row) {  // over the input, not over the kernel
            for (int column = 0; column < l.in_width; ++column) {
              const int i = row - y * l.stride + l.pad_top;
              const int j = column - x * l.stride + l.pad_left;
              if (i < 0 || i >= l.kernel_height || j < 0 || j >= l.kernel_width) continue;
              for (int c = 0; c < l.in_channels; ++c) {
                const double real =
                    r.in[static_cast<std::size_t>((row * l.in_width + column) * l.in_channels + c)] -
                    l.in_zero;
                const auto w = ((o * l.kernel_height + i) * l.kernel_width + j) * l.in_channels + c;
                sum += real * r.weights[static_cast<std::size_t>(w)];
              }
            }
          }
          const double scale = std::ldexp(double{1} * l.multiplier[o], l.shift[o] - 31);
          const double exact = std::min(std::max(sum * scale + l.out_zero, double{1} * l.low), 127.0);
          // One step in the output's last place: two roundings stand against none.
          if (std::fabs(out[at] - exact) > 1.0)
            FAIL("seed " << seed << ": " << int{out[at]} << " for " << exact);
        }
      }
    }
  }
}

TEST_CASE("Depthwise convolution equals a convolution with a diagonal kernel") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const auto shape = random_shape(seed);
    const auto r = random_layer(seed, shape, true);
    std::vector<std::int8_t> out(r.out_size()), expected(r.out_size());
    assay_depthwise_int8(&r.layer, r.in.data(), out.data());
    const auto channels = static_cast<std::size_t>(shape.in);
    const auto taps = static_cast<std::size_t>(shape.kernel_height * shape.kernel_width);
    std::vector<std::int8_t> diagonal(channels * taps * channels, 0);
    for (std::size_t c = 0; c < channels; ++c) {
      for (std::size_t k = 0; k < taps; ++k)
        diagonal[(c * taps + k) * channels + c] = r.weights[k * channels + c];
    }
    auto conv = r.layer;
    conv.weights = diagonal.data();
    assay_conv2d_int8(&conv, r.in.data(), expected.data());
    CHECK(out == expected);
  }
}

TEST_CASE("A fully connected layer equals a 1x1 convolution of one pixel") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto r = random_layer(seed, {1, 1, 1 + static_cast<int>(seed) * 7, 12, 1, 1, 1}, false);
    std::vector<std::int8_t> out(r.out_size()), expected(r.out_size());
    assay_fully_connected_int8(&r.layer, r.in.data(), out.data());
    assay_conv2d_int8(&r.layer, r.in.data(), expected.data());
    CHECK(out == expected);
  }
}

TEST_CASE("SAME padding puts the odd row of padding last") {
  CHECK(assay_same_size(49, 2) == 25);
  CHECK(assay_same_pad(49, 10, 2) == 4);
  CHECK(assay_same_size(10, 2) == 5);
  CHECK(assay_same_pad(10, 4, 2) == 1);
  CHECK(assay_same_pad(32, 3, 1) == 1);
  CHECK(assay_same_pad(32, 2, 1) == 0);
  CHECK(assay_same_pad(4, 1, 3) == 0);
}

TEST_CASE("conv2d_int8 gives one digest everywhere") {
  // Any platform, compiler or implementation that gives another number is wrong: never edit these with a
  // change that leaves the definition's version as it is.
  const auto rows = workload_tinyml_conv2d_int8().implementations;
  for (const auto& row : rows) {
    if (!row.probe().available) continue;
    INFO(row.name);
    CHECK(digest_of(row, prepared({})) == "crc32:c40c26dd");
    CHECK(digest_of(row, prepared({{"height", i64(8)}, {"width", i64(8)}, {"out_channels", i64(16)}})) ==
          "crc32:541712d0");
  }
}

TEST_CASE("The C11 row's own digest is the harness's digest of the same tensor") {
  tinyml::Problem problem(assay_kernel_conv2d_int8, prepared({{"height", i64(5)}, {"stride", i64(2)}}));
  problem.kernel().call(problem.arena());
  assay_kernel_tensor tensor{};
  problem.kernel().output(problem.arena(), 0, &tensor);
  char text[16];
  std::snprintf(text, sizeof text, "crc32:%08x", static_cast<unsigned>(assay_kernel_digest(&tensor)));
  CHECK(digest(problem.output().at(0)) == text);
}

TEST_CASE("1 to 5 percent of the results saturate at each end, in every preset and with any seed") {
  for (const auto& preset : workload_tinyml_conv2d_int8().definition.presets) {
    if (preset.name == "l") continue;  // seconds
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      tinyml::Problem problem(assay_kernel_conv2d_int8, prepared(preset.params, seed));
      problem.kernel().call(problem.arena());
      const Tensor out = problem.output().at(0);
      const auto values = out.view<std::int8_t>();
      const auto share = [&](std::int8_t end) {
        return static_cast<double>(std::count(values.begin(), values.end(), end)) /
               static_cast<double>(values.size());
      };
      INFO(preset.name << ", seed " << seed << ": " << share(-128) << " below, " << share(127) << " above");
      CHECK(share(-128) >= 0.01);
      CHECK(share(-128) <= 0.05);
      CHECK(share(127) >= 0.01);
      CHECK(share(127) <= 0.05);
    }
  }
}

TEST_CASE("A layer with one pixel a channel does not lose its sums") {
  tinyml::Problem problem(assay_kernel_conv2d_int8,
                          prepared({{"height", i64(1)}, {"width", i64(1)}, {"kernel", i64(1)}}));
  problem.kernel().call(problem.arena());
  const Tensor out = problem.output().at(0);
  const auto zero = static_cast<const assay_conv2d_int8_problem*>(problem.arena())->layer.out_zero;
  for (const auto value : out.view<std::int8_t>()) CHECK(std::abs(value - zero) >= 45);
}

TEST_CASE("The preset xs fits 8 KiB with weights, input and output") {
  const auto w = workload_tinyml_conv2d_int8();
  const auto xs = std::find_if(w.definition.presets.begin(), w.definition.presets.end(),
                               [](const Preset& p) { return p.name == "xs"; });
  REQUIRE(xs != w.definition.presets.end());
  CHECK(tinyml::Problem(assay_kernel_conv2d_int8, prepared(xs->params)).arena_bytes() <= 8192);
}

TEST_CASE("Any other seed, weight or input bit changes the digest") {
  const auto p = prepared({{"height", i64(6)}, {"width", i64(6)}});
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    auto other = p;
    other.seed = seed;
    seen.insert(digest_of(workload_tinyml_conv2d_int8().implementations.at(0), other));
  }
  CHECK(seen.size() == 5);
  tinyml::Problem problem(assay_kernel_conv2d_int8, p);
  problem.kernel().call(problem.arena());
  const auto good = digest(problem.output().at(0));
  const auto input = problem.input_digest();
  auto* state = static_cast<assay_conv2d_int8_problem*>(problem.arena());
  auto* weights = const_cast<std::int8_t*>(state->layer.weights);
  weights[17] = static_cast<std::int8_t>(weights[17] ^ 0x10);
  problem.kernel().call(problem.arena());
  CHECK(digest(problem.output().at(0)) != good);
  CHECK(problem.input_digest() != input);
  weights[17] = static_cast<std::int8_t>(weights[17] ^ 0x10);
  problem.kernel().call(problem.arena());
  CHECK(digest(problem.output().at(0)) == good);
}

TEST_CASE("The work of one call follows the formulas") {
  const auto instance = workload_tinyml_conv2d_int8().implementations.at(0).make(prepared({}));
  CHECK(instance->work().operations == 2.0 * 32 * 32 * 32 * 9 * 16);
  CHECK(instance->work().minimum_bytes == 32 * 32 * 16 + 9 * 16 * 32 + 12 * 32 + 32 * 32 * 32);
  CHECK(instance->work().units == 1);
}

TEST_CASE("Parameters out of range are refused with their limits") {
  const auto reference = workload_tinyml_conv2d_int8().implementations.at(0);
  try {
    (void)reference.make(prepared({{"height", i64(0)}}));
    FAIL("accepted");
  } catch (const Error& e) {
    CHECK(e.code == ErrorCode::usage);
    CHECK(std::string(e.what()).find("height is 0") != std::string::npos);
    CHECK(e.remedy == "choose 1 to 4096");
  }
  CHECK_THROWS_AS(reference.make(prepared({{"kernel", i64(64)}, {"in_channels", i64(4096)}})), Error);
}
