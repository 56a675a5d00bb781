// SPDX-License-Identifier: Apache-2.0
#include <hwy/targets.h>
#include <catch2/catch.hpp>

#include "harness/backends/cpu/pool.h"
#include "harness/core/component.h"
#include "tests/unit/workloads/tinyml_support.h"
#include "workloads/tinyml/conv2d_int8/definition.h"
#include "workloads/tinyml/conv2d_int8/problem.h"
#include "workloads/tinyml/kernel_row.h"
#include "workloads/tinyml/kws/definition.h"
#include "workloads/tinyml/kws/problem.h"
#include "workloads/tinyml/simd/layer.h"

using namespace assay;
using namespace assay::tinyml_test;
using tinyml::PackedLayer;
using tinyml::Path;

namespace {

/// The layer on one path, through a staged copy, as the workloads run it.
std::vector<std::int8_t> run(const RandomLayer& r, PackedLayer::Kind kind, const Path& path) {
  const PackedLayer layer(r.layer, kind, path);
  const auto staging = layer.staging();
  Aligned<std::uint8_t> staged(static_cast<std::size_t>(staging.bytes()));
  std::fill(staged.begin(), staged.end(), layer.padding_byte());
  stage_rows(r.layer, staging, r.in.data(), 0, staging.height, staged.data());
  std::vector<std::int8_t> out(r.out_size() + 1, 99);
  layer.run(staged.data(), 0, r.layer.out_height, reinterpret_cast<std::uint8_t*>(out.data()),
            std::ptrdiff_t{r.layer.out_width} * r.layer.out_channels, r.layer.out_channels, 0);
  CHECK(out.back() == 99);  // nothing is written past the end
  out.pop_back();
  return out;
}

void check_layers(const Path& path, bool extreme) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("path " << path.name << ", seed " << seed << (extreme ? ", extreme multipliers" : ""));
    const auto conv = random_layer(seed, random_shape(seed), false, extreme);
    std::vector<std::int8_t> expected(conv.out_size());
    assay_conv2d_int8(&conv.layer, conv.in.data(), expected.data());
    REQUIRE(run(conv, PackedLayer::Kind::conv, path) == expected);
    auto wide = random_shape(seed + 1000);
    wide.in = 1 + wide.in * 7 % 150;  // more channels than one group of any path
    const auto depthwise = random_layer(seed, wide, true, extreme);
    expected.assign(depthwise.out_size(), 0);
    assay_depthwise_int8(&depthwise.layer, depthwise.in.data(), expected.data());
    REQUIRE(run(depthwise, PackedLayer::Kind::depthwise, path) == expected);
  }
}

}  // namespace

TEST_CASE("Every path that this CPU has equals the reference on random layers") {
  int tested = 0;
  for (const Path& path : tinyml::paths()) {
    if (!path.probe().available) continue;
    ++tested;
    check_layers(path, false);
    check_layers(path, true);
  }
  CHECK(tested >= 1);
}

TEST_CASE("Every target that Highway has here equals the reference on random layers") {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    check_layers(tinyml::paths().back(), false);
    check_layers(tinyml::paths().back(), true);
  }
  hwy::SetSupportedTargetsForTest(0);
}

TEST_CASE("conv2d_int8 on every path and with one to three threads has the reference's digest") {
  const auto definition = tinyml::conv2d_int8_definition();
  for (const int threads : {1, 2, 3}) {
    cpu::Pool pool(std::vector<int>(static_cast<std::size_t>(threads), 0));
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      const auto s = random_shape(seed);
      Preparation p;
      p.params = resolve(definition, {{"height", std::int64_t{s.height}},
                                      {"width", std::int64_t{s.width}},
                                      {"in_channels", std::int64_t{s.in}},
                                      {"out_channels", std::int64_t{s.out}},
                                      {"kernel", std::int64_t{s.kernel_height}},
                                      {"stride", std::int64_t{s.stride}}});
      p.seed = seed;
      p.pool = &pool;
      const auto reference = tinyml::make_kernel_instance(assay_kernel_conv2d_int8, p);
      reference->call();
      const auto expected = digest(reference->output().at(0));
      for (const Path& path : tinyml::paths()) {
        if (!path.probe().available) continue;
        INFO("path " << path.name << ", threads " << threads << ", seed " << seed);
        const auto instance = tinyml::make_conv2d_int8(p, path);
        for (int call = 0; call < 3; ++call) instance->call();
        CHECK(digest(instance->output().at(0)) == expected);
        CHECK(instance->input_digest() == reference->input_digest());
      }
    }
  }
}

TEST_CASE("kws on every path and with one to three threads has the reference's digests") {
  const auto definition = tinyml::kws_definition();
  const Params shapes[] = {
      {},
      {{"frames", std::int64_t{25}}, {"filters", std::int64_t{16}}},
      {{"frames", std::int64_t{4}}, {"filters", std::int64_t{1}}, {"blocks", std::int64_t{1}}},
      {{"frames", std::int64_t{31}}, {"filters", std::int64_t{37}}, {"blocks", std::int64_t{3}}}};
  for (const int threads : {1, 2, 3}) {
    cpu::Pool pool(std::vector<int>(static_cast<std::size_t>(threads), 0));
    for (const auto& shape : shapes) {
      Preparation p;
      p.params = resolve(definition, shape);
      p.pool = &pool;
      const auto reference = tinyml::make_kernel_instance(assay_kernel_kws, p);
      reference->call();
      for (const Path& path : tinyml::paths()) {
        if (!path.probe().available) continue;
        INFO("path " << path.name << ", threads " << threads << ", " << get_integer(p.params, "filters"));
        const auto instance = tinyml::make_kws(p, path);
        for (int call = 0; call < 3; ++call) instance->call();
        CHECK(digest(instance->output().at(0)) == digest(reference->output().at(0)));
        CHECK(digest(instance->output().at(1)) == digest(reference->output().at(1)));
        CHECK(instance->input_digest() == reference->input_digest());
      }
    }
  }
}
