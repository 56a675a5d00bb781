// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>

#include "tests/unit/workloads/roof_rig.h"
#include "workloads/roof/fma/fma.h"
#include "workloads/support/seeded.h"

namespace assay {
Workload workload_roof_fma();
}

using assay::Value;

namespace {

assay::Params params(const std::string& dtype, std::int64_t rounds, std::int64_t blocks) {
  return {{"dtype", Value{dtype}}, {"rounds", Value{rounds}}, {"blocks", Value{blocks}}};
}

/// Largest relative distance of the result from 1 + (x0 - 1) a^rounds, computed in f64 from the seeded
/// starts.
template <typename T>
double distance(assay::Instance& instance, std::int64_t rounds) {
  instance.call();
  const auto tensor = instance.output().at(0);
  const assay::Stream stream(1, "x0");
  const double power = std::pow(1 - assay::roof_fma::decay(rounds), static_cast<double>(rounds));
  double largest = 0;
  std::size_t i = 0;
  for (const T x : tensor.view<T>()) {
    const double expected = 1 + (1.0 + static_cast<double>(stream.unit(i++))) * power;
    largest = std::max(largest, std::abs(static_cast<double>(x) - expected) / expected);
  }
  REQUIRE(i > 0);
  return largest;
}

}  // namespace

TEST_CASE("roof.fma gives the closed form, in every implementation, type and thread count") {
  const auto workload = assay::workload_roof_fma();
  const double limit = workload.definition.tolerances.at(0).limit;
  for (const char* name : {"reference", "simd"}) {
    if (!rig::present(workload, name)) continue;
    for (const int threads : {1, 2, 3}) {
      assay::cpu::Pool pool(rig::cpus(threads));
      for (const std::int64_t rounds : {1, 2, 7, 1000, 1024, 4096}) {
        INFO(name << " rounds=" << rounds << " threads=" << threads);
        const auto f32 = rig::make(workload, name, params("f32", rounds, 5), pool);
        REQUIRE(distance<float>(*f32, rounds) < limit / 2);
        const auto f64 = rig::make(workload, name, params("f64", rounds, 5), pool);
        REQUIRE(distance<double>(*f64, rounds) < 1e-11);
      }
    }
  }
}

TEST_CASE("roof.fma takes the vectors that it is told to take, and only for this case") {
  const auto workload = assay::workload_roof_fma();
  if (!rig::present(workload, "simd")) return;
  assay::cpu::Pool pool(rig::cpus(1));
  const double limit = workload.definition.tolerances.at(0).limit;
  const auto best = rig::make(workload, "simd", params("f32", 1000, 2), pool);
  const auto paths = assay::roof_fma::paths();
  REQUIRE_FALSE(paths.empty());
  CHECK(paths.front() == best->isa());
  for (const auto& isa : paths) {
    auto wanted = params("f32", 1000, 2);
    wanted["isa"] = Value{isa};
    const auto instance = rig::make(workload, "simd", wanted, pool);
    CHECK(instance->isa() == isa);
    CHECK(distance<float>(*instance, 1000) < limit / 2);
    CHECK(rig::make(workload, "simd", params("f32", 1000, 2), pool)->isa() == best->isa());
  }
  auto unknown = params("f32", 1000, 2);
  unknown["isa"] = Value{std::string("mmx")};
  CHECK_THROWS_AS(rig::make(workload, "simd", unknown, pool), assay::Error);
}

TEST_CASE("roof.fma with one round left out is outside its tolerance") {
  const auto workload = assay::workload_roof_fma();
  const double limit = workload.definition.tolerances.at(0).limit;
  assay::cpu::Pool pool(rig::cpus(1));
  for (const std::int64_t rounds : {100, 1024, 4096}) {
    const auto shorter = rig::make(workload, "reference", params("f64", rounds, 2), pool);
    INFO(rounds);
    // The same decay for rounds - 1, unless a power of two lies between: these do not cross one.
    const double a = 1 - assay::roof_fma::decay(rounds);
    const double full = 1 + 1.0 * std::pow(a, static_cast<double>(rounds));
    const double missing = 1 + 1.0 * std::pow(a, static_cast<double>(rounds - 1));
    REQUIRE((missing - full) / full > limit);
    REQUIRE(distance<double>(*shorter, rounds) < limit);
  }
}

TEST_CASE("roof.fma refuses rounds and blocks that make no sense, and xs fits 8 KiB") {
  const auto workload = assay::workload_roof_fma();
  assay::cpu::Pool pool(rig::cpus(1));
  REQUIRE_THROWS_AS(rig::make(workload, "reference", params("f32", 0, 1), pool), assay::Error);
  REQUIRE_THROWS_AS(rig::make(workload, "reference", params("f32", 4097, 1), pool), assay::Error);
  REQUIRE_THROWS_AS(rig::make(workload, "reference", params("f32", 8, 0), pool), assay::Error);
  auto xs = rig::preset(workload, "xs");
  xs["dtype"] = Value{std::string("f64")};
  const auto instance = rig::make(workload, "reference", xs, pool);
  REQUIRE(instance->resident_bytes() <= 8192);
  REQUIRE(instance->work().operations == 2.0 * 192 * 2 * 1024);
}

TEST_CASE("roof.fma elides nothing: eight times the rounds take several times as long", "[timing]") {
  const auto workload = assay::workload_roof_fma();
  assay::cpu::Pool pool(rig::cpus(1));
  for (const char* name : {"reference", "simd"}) {
    if (!rig::present(workload, name)) continue;
    const auto small = rig::make(workload, name, params("f32", 512, 64), pool);
    const auto large = rig::make(workload, name, params("f32", 4096, 64), pool);
    const double ratio = rig::time_ratio(*large, *small, 2);
    INFO(name << " ratio " << ratio);
    CHECK(ratio > 2);
  }
}

TEST_CASE("roof.fma/simd keeps its accumulators in registers: its peak is far above the plain loop",
          "[timing]") {
  const auto workload = assay::workload_roof_fma();
  if (!rig::present(workload, "simd")) return;
  assay::cpu::Pool pool(rig::cpus(1));
  const auto plain = rig::make(workload, "reference", params("f32", 1024, 64), pool);
  const auto simd = rig::make(workload, "simd", params("f32", 1024, 64), pool);
  // The plain loop loads and stores every value in every round; spilled accumulators would do the same.
  CHECK(rig::time_ratio(*plain, *simd, 1.5) > 1.5);
}
