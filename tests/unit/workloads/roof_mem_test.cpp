// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "tests/unit/workloads/roof_rig.h"
#include "workloads/roof/mem/mem.h"
#include "workloads/support/aligned.h"
#include "workloads/support/seeded.h"

namespace assay {
Workload workload_roof_mem();
}

using assay::Value;

namespace {

const std::vector<std::string> kinds{"load", "copy", "triad", "triad_nt", "fill"};

assay::Params params(const std::string& kind, std::int64_t bytes) {
  return {{"kind", Value{kind}}, {"bytes", Value{bytes}}};
}

/// A call long enough for the clock: 1,000 calls of another instance.
class Many final : public assay::Instance {
 public:
  explicit Many(assay::Instance& one) : one_(one) {}
  void call() override {
    for (int i = 0; i < 1000; ++i) one_.call();
  }
  std::vector<assay::Tensor> output() override { return one_.output(); }
  assay::Work work() const override { return {}; }
  std::size_t resident_bytes() const override { return 0; }
  std::string input_digest() const override { return one_.input_digest(); }

 private:
  assay::Instance& one_;
};

}  // namespace

TEST_CASE("roof.mem/simd gives the reference's digest for every kind, size and thread count") {
  const auto workload = assay::workload_roof_mem();
  if (!rig::present(workload, "simd")) return;
  for (const int threads : {1, 2, 3}) {
    assay::cpu::Pool pool(rig::cpus(threads));
    assay::cpu::Pool alone(rig::cpus(1));
    for (const auto& kind : kinds) {
      for (const std::int64_t bytes : {12, 28, 204, 1000, 4097, 65540, 1 << 20}) {
        INFO(kind << " bytes=" << bytes << " threads=" << threads);
        const auto expected = rig::make(workload, "reference", params(kind, bytes), alone);
        const auto actual = rig::make(workload, "simd", params(kind, bytes), pool);
        REQUIRE(actual->input_digest() == expected->input_digest());
        REQUIRE(rig::digests(*actual) == rig::digests(*expected));
      }
    }
  }
}

TEST_CASE("roof.mem's load is the sum of the patterns that the seeded stream defines") {
  const auto workload = assay::workload_roof_mem();
  assay::cpu::Pool pool(rig::cpus(1));
  const auto instance = rig::make(workload, "reference", params("load", 4000), pool, {}, 7);
  instance->call();
  const assay::Stream stream(7, "b");
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < 1000; ++i)
    sum += std::bit_cast<std::uint32_t>(static_cast<float>(stream.below(i, 4096)));
  REQUIRE(instance->output().at(0).view<std::uint32_t>()[0] == sum);
}

TEST_CASE("roof.mem notices one wrong element of what was written") {
  const auto workload = assay::workload_roof_mem();
  assay::cpu::Pool pool(rig::cpus(1));
  const auto right = rig::make(workload, "reference", params("fill", 4096), pool);
  const assay::roof_mem::Kernels broken{nullptr, nullptr, nullptr, nullptr, [](float* to, std::size_t n) {
                                          for (std::size_t i = 0; i < n; ++i)
                                            to[i] = i == 77 ? 4.0f : assay::roof_mem::scale;
                                        }};
  assay::Preparation preparation;
  preparation.params = params("fill", 4096);
  preparation.pool = &pool;
  const auto wrong = assay::roof_mem::make_instance(preparation, broken, "broken");
  REQUIRE(rig::digests(*wrong) != rig::digests(*right));
}

TEST_CASE("roof.mem counts bytes as STREAM does") {
  const auto workload = assay::workload_roof_mem();
  assay::cpu::Pool pool(rig::cpus(1));
  const auto bytes = [&](const std::string& kind, std::int64_t total) {
    return rig::make(workload, "reference", params(kind, total), pool)->work().minimum_bytes;
  };
  REQUIRE(bytes("load", 4000) == 4.0 * 1000);
  REQUIRE(bytes("fill", 4000) == 4.0 * 1000);
  REQUIRE(bytes("copy", 8000) == 8.0 * 1000);
  REQUIRE(bytes("triad", 12000) == 12.0 * 1000);
  REQUIRE(bytes("triad_nt", 12000) == 12.0 * 1000);
}

TEST_CASE("roof.mem's xs preset fits 8 KiB and a size that holds no element is refused") {
  const auto workload = assay::workload_roof_mem();
  assay::cpu::Pool pool(rig::cpus(1));
  for (const auto& kind : kinds) {
    auto given = rig::preset(workload, "xs");
    given["kind"] = Value{kind};
    REQUIRE(rig::make(workload, "reference", given, pool)->resident_bytes() <= 8192);
  }
  REQUIRE_THROWS_AS(rig::make(workload, "reference", params("triad", 11), pool), assay::Error);
  REQUIRE_THROWS_AS(rig::make(workload, "reference", params("load", -4), pool), assay::Error);
}

TEST_CASE("roof.mem elides nothing: eight times the bytes take several times as long", "[timing]") {
  const auto workload = assay::workload_roof_mem();
  assay::cpu::Pool pool(rig::cpus(1));
  for (const char* name : {"reference", "simd"}) {
    if (!rig::present(workload, name)) continue;
    for (const auto& kind : kinds) {
      // Large enough that the cost of a call does not count; a slower level only widens the gap.
      const auto small = rig::make(workload, name, params(kind, 16 << 10), pool);
      const auto large = rig::make(workload, name, params(kind, 128 << 10), pool);
      Many many_small(*small);
      Many many_large(*large);
      const double ratio = rig::time_ratio(many_large, many_small, 2);
      INFO(name << " " << kind << " ratio " << ratio);
      CHECK(ratio > 2);
    }
  }
}
