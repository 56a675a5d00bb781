// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cstdint>

#include "tests/unit/workloads/roof_rig.h"
#include "workloads/roof/dot/dot.h"

namespace assay {
Workload workload_roof_dot();
}

using assay::Value;

namespace {

assay::Params params(const std::string& dtype, std::int64_t rounds, std::int64_t blocks,
                     const std::string& isa = "best") {
  return {{"dtype", Value{dtype}}, {"rounds", Value{rounds}}, {"blocks", Value{blocks}}, {"isa", Value{isa}}};
}

}  // namespace

TEST_CASE("roof.dot is exact on every path of this CPU, at the least and at the most rounds") {
  const auto workload = assay::workload_roof_dot();
  for (const int threads : {1, 3}) {
    assay::cpu::Pool pool(rig::cpus(threads));
    for (const auto& path : assay::roof_dot::paths()) {
      if (!path.supported()) continue;
      const std::string dtype = path.i8 != nullptr ? "i8" : "bf16";
      for (const std::int64_t rounds : {1, 2, 1023, 4096}) {
        INFO(path.isa << " rounds=" << rounds << " threads=" << threads);
        const auto simd = rig::make(workload, "simd", params(dtype, rounds, 5, path.isa), pool);
        CHECK(simd->isa() == path.isa);
        CHECK(rig::digests(*simd) ==
              rig::digests(*rig::make(workload, "reference", params(dtype, rounds, 5), pool)));
      }
    }
  }
}

TEST_CASE("roof.dot depends on every round and every operand") {
  const auto workload = assay::workload_roof_dot();
  assay::cpu::Pool pool(rig::cpus(1));
  for (const char* dtype : {"i8", "bf16"}) {
    const auto all = rig::make(workload, "reference", params(dtype, 100, 1), pool);
    const auto less = rig::make(workload, "reference", params(dtype, 99, 1), pool);
    CHECK(rig::digests(*all) != rig::digests(*less));
  }
}

TEST_CASE("roof.dot refuses what this CPU has not") {
  const auto workload = assay::workload_roof_dot();
  assay::cpu::Pool pool(rig::cpus(1));
  for (const auto& wrong : {params("i8", 8, 1, "mmx"), params("bf16", 8, 1, "avx2")}) {
    CHECK_THROWS_AS(rig::make(workload, "simd", wrong, pool), assay::Error);
  }
  CHECK_THROWS_AS(rig::make(workload, "reference", params("i8", 0, 1), pool), assay::Error);
  CHECK_THROWS_AS(rig::make(workload, "reference", params("i8", 8, 0), pool), assay::Error);
}

TEST_CASE("roof.dot: three instructions are not faster than the one that replaces them", "[timing]") {
  // A pair of products taken out of the loop by the compiler made AVX2 twice as fast as AVX-VNNI.
  const auto workload = assay::workload_roof_dot();
  assay::cpu::Pool pool(rig::cpus(1));
  const auto here = [](const std::string& isa) {
    for (const auto& path : assay::roof_dot::paths()) {
      if (path.isa == isa && path.supported()) return true;
    }
    return false;
  };
  if (!here("avx2") || !here("avxvnni")) return;
  const auto three = rig::make(workload, "simd", params("i8", 4096, 64, "avx2"), pool);
  const auto one = rig::make(workload, "simd", params("i8", 4096, 64, "avxvnni"), pool);
  CHECK(rig::time_ratio(*three, *one, 1.1) > 1.1);
}
