// SPDX-License-Identifier: Apache-2.0
// roof.latency, roof.c2c, roof.chain and roof.jitter: what a core and its neighbours reach.
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>

#include "tests/unit/workloads/roof_rig.h"

namespace assay {
Workload workload_roof_latency();
Workload workload_roof_c2c();
Workload workload_roof_chain();
Workload workload_roof_jitter();
}  // namespace assay

using assay::Value;

namespace {

Value whole(std::int64_t value) { return Value{value}; }

assay::Params bytes(std::int64_t count) { return {{"bytes", whole(count)}}; }

}  // namespace

TEST_CASE("roof.latency visits every node once, whatever the size and the thread count") {
  const auto workload = assay::workload_roof_latency();
  for (const int threads : {1, 3}) {
    assay::cpu::Pool pool(rig::cpus(threads));
    for (const std::int64_t size : {128, 192, 200, 4096, 1 << 20}) {
      INFO(size << " bytes, " << threads << " threads");
      const auto expected = rig::make(workload, "reference", bytes(size), pool);
      const auto chase = rig::make(workload, "chase", bytes(size), pool);
      CHECK(rig::digests(*chase) == rig::digests(*expected));
      CHECK(chase->work().units == static_cast<double>(size / 64));
    }
  }
}

TEST_CASE("roof.latency refuses sizes that make no cycle") {
  const auto workload = assay::workload_roof_latency();
  assay::cpu::Pool pool(rig::cpus(1));
  CHECK_THROWS_AS(rig::make(workload, "chase", bytes(64), pool), assay::Error);
  CHECK_THROWS_AS(rig::make(workload, "chase", bytes(-1), pool), assay::Error);
  CHECK_THROWS_AS(rig::make(workload, "chase", bytes(std::int64_t{1} << 40), pool), assay::Error);
}

TEST_CASE("roof.latency is longer where memory is further away", "[timing]") {
  const auto workload = assay::workload_roof_latency();
  assay::cpu::Pool pool(rig::cpus(1));
  const auto far = rig::make(workload, "chase", bytes(64 << 20), pool);
  const auto near = rig::make(workload, "chase", bytes(16 << 10), pool);
  const double accesses = far->work().units / near->work().units;
  // 4096 times the accesses take far more than 4096 times as long: several ns more each.
  CHECK(rig::fastest_s(*far, 2) > 2 * accesses * rig::fastest_s(*near, 50));
}

TEST_CASE("roof.c2c proves every answer, between any two members, and also where both share a CPU") {
  const auto workload = assay::workload_roof_c2c();
  assay::cpu::Pool pool(rig::cpus(3));
  const assay::Params few = {{"rounds", whole(50)}};
  const auto expected = rig::digests(*rig::make(workload, "reference", few, pool));
  for (const std::int64_t first : {0, 1, 2}) {
    for (const std::int64_t second : {0, 1, 2}) {
      const assay::Params params = {
          {"rounds", whole(50)}, {"first", whole(first)}, {"second", whole(second)}};
      if (first == second) {
        CHECK_THROWS_AS(rig::make(workload, "pingpong", params, pool), assay::Error);
        continue;
      }
      CHECK(rig::digests(*rig::make(workload, "pingpong", params, pool)) == expected);
    }
  }
}

TEST_CASE("roof.c2c with too few threads is unavailable, and says how many it needs") {
  const auto workload = assay::workload_roof_c2c();
  assay::cpu::Pool pool(rig::cpus(1));
  try {
    rig::make(workload, "pingpong", {}, pool);
    FAIL("accepted");
  } catch (const assay::Error& error) {
    CHECK(error.code == assay::ErrorCode::unavailable);
    CHECK(std::string(error.what()).find("needs 2 threads") != std::string::npos);
  }
}

TEST_CASE("roof.c2c takes no number that only looks like a member's when it is cut to 32 bits") {
  const auto workload = assay::workload_roof_c2c();
  assay::cpu::Pool pool(rig::cpus(2));
  const auto code_of = [&](const char* implementation, const assay::Params& params) {
    try {
      rig::make(workload, implementation, params, pool);
    } catch (const assay::Error& error) {
      return error.code;
    }
    FAIL("accepted");
    return assay::ErrorCode::internal;
  };
  const std::int64_t cut_to_0 = std::int64_t{1} << 32;
  CHECK(code_of("pingpong", {{"first", whole(cut_to_0)}}) == assay::ErrorCode::unavailable);
  CHECK(code_of("pingpong", {{"second", whole(cut_to_0 + 1)}}) == assay::ErrorCode::unavailable);
  CHECK(code_of("reference", {{"first", whole(1)}}) == assay::ErrorCode::usage);
  CHECK(code_of("reference", {{"rounds", whole(-INT64_MAX)}}) == assay::ErrorCode::usage);  // twice that is 2
}

TEST_CASE("roof.chain adds what it says, and elides nothing", "[timing]") {
  const auto workload = assay::workload_roof_chain();
  assay::cpu::Pool pool(rig::cpus(2));
  const auto short_chain = rig::make(workload, "scalar", {{"additions", whole(160'000)}}, pool);
  const auto long_chain = rig::make(workload, "scalar", {{"additions", whole(1'280'000)}}, pool);
  const auto expected = rig::make(workload, "reference", {{"additions", whole(1'280'000)}}, pool);
  CHECK(rig::digests(*long_chain) == rig::digests(*expected));
  CHECK(rig::time_ratio(*long_chain, *short_chain, 2) > 2);
  CHECK_THROWS_AS(rig::make(workload, "scalar", {{"additions", whole(17)}}, pool), assay::Error);
}

TEST_CASE("roof.jitter sees gaps that are longer than its threshold, and none that are shorter") {
  const auto workload = assay::workload_roof_jitter();
  assay::cpu::Pool pool(rig::cpus(2));
  // Every second reading of a clock is at least a nanosecond later: nearly all are gaps.
  const auto all = rig::make(workload, "clock", {{"reads", whole(1000)}, {"threshold_ns", whole(1)}}, pool);
  all->call();
  const auto tracks = all->take_tracks();
  REQUIRE(tracks.size() == 1);
  CHECK(tracks[0].metric == "time.gap");
  CHECK(tracks[0].value.size() >= 128);
  CHECK(tracks[0].value.size() == tracks[0].offset_ns.size());
  for (const double gap : tracks[0].value) CHECK(gap > 1);
  CHECK(all->take_tracks()[0].value.empty());  // taken is taken

  const auto none = rig::make(workload, "clock",
                              {{"reads", whole(1000)}, {"threshold_ns", whole(3'600'000'000'000)}}, pool);
  CHECK(rig::digests(*none) ==
        rig::digests(*rig::make(workload, "reference", {{"reads", whole(1000)}}, pool)));
  CHECK(none->take_tracks()[0].value.empty());
}
