// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/roofline.h"

#include <catch2/catch.hpp>

using namespace assay;

namespace {

const std::map<std::string, std::string> host = {{"cache.l1d_bytes", "32768"},
                                                 {"cache.l2_bytes", "1048576"},
                                                 {"cache.l2_count", "4"},
                                                 {"cache.l3_bytes", "16777216"},
                                                 {"cache.l3_count", "2"}};

MetricValue metric(const std::string& id, double value, const std::string& unit) {
  MetricValue m;
  m.id = id;
  m.value = value;
  m.unit = unit;
  m.ci_low = value * 0.9;
  m.ci_high = value * 1.1;
  m.n = 3;
  return m;
}

/// A valid case of `ns` a call.
ResultRow row(const std::string& text, const Params& params, const Work& work, double ns, int threads = 1) {
  ResultRow r;
  r.value = parse_case(text);
  r.case_key = text;
  r.params = params;
  r.work = work;
  r.threads = threads;
  r.verified = true;
  r.accuracy = "float";
  r.isa = "avx2";
  r.metrics = {metric("time.wall.p50", ns, "ns"),
               metric("throughput.bytes", work.minimum_bytes / ns * 1e9, "byte/s"),
               metric("throughput.operations", work.operations / ns * 1e9, "operations/s")};
  return r;
}

ResultRow load(std::int64_t bytes, int threads) {
  const auto b = static_cast<double>(bytes);
  return row("roof.mem/simd@cpu", {{"kind", std::string("load")}, {"bytes", bytes}}, {b / 4, b, b}, b / 10,
             threads);
}

ResultRow peak(const std::string& workload, const std::string& dtype) {
  return row(workload + "/simd@cpu", {{"dtype", dtype}}, {1e6, 1000, 1e6}, 1e4);
}

}  // namespace

TEST_CASE(
    "a level of memory is named by what each thread touches, and memory begins at four times the last "
    "cache") {
  const std::int64_t mib = 1 << 20;
  const std::vector<std::pair<ResultRow, std::string>> expected = {
      {load(32768, 1), "L1"},        {load(32769, 1), "L2"},
      {load(65536, 2), "L1"},        {load(mib, 1), "L2"},
      {load(4 * mib, 4), "L2"},      {load(4 * mib, 1), "L3"},
      {load(32 * mib, 1), "L3"},     {load(32 * mib + 64, 1), "L3 and memory"},
      {load(128 * mib, 4), "memory"}};
  for (const auto& [one, level] : expected) {
    const auto roofline = make_roofline({one}, {}, host);
    REQUIRE(roofline.limits.size() == 1);
    CHECK(roofline.limits[0].level == level);
    CHECK(roofline.limits[0].what == level + " load");
    CHECK(*roofline.limits[0].value.value == Approx(10e9));
  }
  CHECK(make_roofline({load(4096, 1)}, {}, {}).limits[0].level == "memory or cache");
}

TEST_CASE("latency, hand-over, fork and join and clock come per unit of work, with their intervals") {
  const auto chase =
      row("roof.latency/chase@cpu", {{"bytes", std::int64_t{6400}}, {"pages", std::string("huge")}},
          {0, 6400, 100}, 500);
  const auto limit = make_roofline({chase}, {}, host).limits.at(0);
  CHECK(limit.kind == Limit::Kind::latency);
  CHECK(limit.what == "L1, huge pages");
  CHECK(*limit.value.value == 5);
  CHECK(limit.value.unit == "ns");
  CHECK(*limit.value.ci_low == Approx(4.5));
  // Each of four threads walks all 128 KiB; four that read as much would hold 32 KiB each, in their L1.
  const auto four =
      row("roof.latency/chase@cpu", {{"bytes", std::int64_t{131072}}}, {0, 131072, 100}, 500, 4);
  CHECK(make_roofline({four}, {}, host).limits.at(0).what == "L2");
  const auto pair = row("roof.c2c/pingpong@cpu", {{"first", std::int64_t{0}}, {"second", std::int64_t{1}}},
                        {0, 1, 200}, 10'000, 2);
  CHECK(*make_roofline({pair}, {}, host).limits.at(0).value.value == 50);
  CHECK(make_roofline({pair}, {}, host).limits.at(0).what == "cores 0 and 1");
}

TEST_CASE("within a kind the levels stand by their size, the slowest last, however the cases were planned") {
  const auto roofline = make_roofline({load(1 << 27, 1), load(4096, 1), load(1 << 18, 1)}, {}, host);
  REQUIRE(roofline.limits.size() == 3);
  CHECK(roofline.limits[0].level == "L1");
  CHECK(roofline.limits[1].level == "L2");
  CHECK(roofline.limits[2].level == "memory");
}

TEST_CASE("a case of another device than the CPU is not placed under the CPU's limits") {
  auto other = row("llm.gemv/cuda@cuda:0", {{"dtype", std::string("f32")}}, {2e7, 1e6, 1}, 4e5);
  CHECK(make_roofline({load(1 << 20, 1), peak("roof.fma", "f32")}, {other}, host).placements.empty());
}

TEST_CASE("a device has limits by its own clock, and its cases stand under them and under counted bytes") {
  const std::int64_t mib = 1 << 20;
  const auto b = static_cast<double>(64 * mib);
  auto memory = row("roof.mem/cuda?kind=copy@cuda:0", {{"kind", std::string("copy")}, {"bytes", 64 * mib}},
                    {0, b, b}, 4 * b);
  memory.metrics.push_back(metric("time.device.p50", b / 2, "ns"));  // 2 GB/s, a quarter by the host's clock
  auto fma = row("roof.fma/cuda@cuda:0", {{"dtype", std::string("f32")}}, {1e6, 0, 1e6}, 1e4);
  fma.metrics.push_back(metric("time.device.p50", 1e3, "ns"));
  const auto start = row("roof.launch/cuda@cuda:0", {}, {0, 0, 20}, 1e5);
  const auto link =
      row("roof.transfer/cuda@cuda:0",
          {{"direction", std::string("to_host")}, {"memory", std::string("pinned")}}, {0, 100, 100}, 50);
  auto work = row("llm.gemv/cuda@cuda:0", {{"dtype", std::string("f32")}}, {b / 2, b, 1}, 9 * b);
  work.metrics.push_back(metric("time.device.p50", b, "ns"));
  work.metrics.push_back(metric("cupti_range.dram_read", b, "byte"));
  work.metrics.push_back(metric("cupti_range.dram_written", b, "byte"));
  const std::vector<ResultRow> rows{load(4096, 1), memory, fma, start, link, work};
  const auto roofline = make_roofline(rows, rows, host, "cuda:0");
  REQUIRE(roofline.limits.size() == 4);
  CHECK(roofline.limits[0].what == "64 MiB arrays copy");
  CHECK(*roofline.limits[0].value.value == Approx(2e9));
  CHECK(*roofline.limits[0].value.ci_low < *roofline.limits[0].value.ci_high);
  CHECK(roofline.limits[0].threads == 0);
  CHECK(*roofline.limits[1].value.value == Approx(1e12));
  CHECK(roofline.limits[2].kind == Limit::Kind::launch);
  CHECK(*roofline.limits[2].value.value == Approx(5e3));
  CHECK(roofline.limits[3].what == "to host, pinned");
  REQUIRE(roofline.placements.size() == 1);
  const Placement& placed = roofline.placements[0];
  CHECK(*placed.fraction.value == Approx(0.5));
  CHECK(placed.performance == Approx(5e8));
  CHECK(placed.intensity == Approx(0.5));
  CHECK(placed.counted_intensity == Approx(0.25));
  CHECK(make_roofline(rows, rows, host).placements.empty());
  CHECK(make_roofline(rows, rows, host, "cuda:1").limits.empty());
}

TEST_CASE("limits are in order of kind; failed cases, other devices and cases without a value are none") {
  auto failed = load(32768, 1);
  failed.status = Status::invalid;
  auto gpu = load(32768, 1);
  gpu.value.device = "cuda:0";
  auto blind = peak("roof.fma", "f32");
  blind.metrics.clear();
  const auto roofline = make_roofline({peak("roof.dot", "i8"), failed, gpu, blind, load(32768, 1)}, {}, host);
  REQUIRE(roofline.limits.size() == 2);
  CHECK(roofline.limits[0].kind == Limit::Kind::bandwidth);
  CHECK(roofline.limits[1].what == "i8 dot, avx2");
}

TEST_CASE("a case is placed by operations, bytes and time, and the family roof is not placed under itself") {
  // 1e11 operations a second and 10 GB/s: at 20 operations a byte arithmetic binds, at 2 memory.
  const std::vector<ResultRow> roofs = {load(1 << 20, 1), peak("roof.fma", "f32"), peak("roof.dot", "i8")};
  auto dense = row("llm.gemv/simd@cpu", {{"dtype", std::string("f32")}}, {2e7, 1e6, 1}, 4e5);
  auto sparse = row("llm.gemv/simd@cpu", {{"dtype", std::string("f32")}}, {2e6, 1e6, 1}, 2e5);
  const auto roofline = make_roofline(roofs, {dense, roofs[0], sparse}, host);
  REQUIRE(roofline.placements.size() == 2);
  CHECK(roofline.placements[0].intensity == 20);
  CHECK(roofline.placements[0].performance == Approx(5e10));
  CHECK(*roofline.placements[0].fraction.value == Approx(0.5));
  CHECK(roofline.placements[0].fraction.reason == "bound by arithmetic");
  CHECK(*roofline.placements[1].fraction.value == Approx(0.5));
  CHECK(roofline.placements[1].fraction.reason == "bound by memory");
}

TEST_CASE("bytes that counters saw come from memory give an intensity of their own, beside the formulas'") {
  auto counted = row("llm.gemv/simd@cpu", {{"dtype", std::string("f32")}}, {2e7, 1e6, 1}, 4e5);
  counted.metrics.push_back(metric("perf.memory_bytes", 4e6, "byte"));
  auto missing = row("llm.gemv/simd@cpu", {{"dtype", std::string("f32")}}, {2e7, 1e6, 1}, 4e5);
  missing.metrics.push_back(metric("perf.memory_bytes", 0, "byte"));
  missing.metrics.back().value.reset();
  const auto placed = make_roofline({}, {counted, missing}, host).placements;
  REQUIRE(placed.size() == 2);
  CHECK(placed[0].intensity == 20);
  CHECK(placed[0].counted_intensity == 5);
  CHECK(placed[1].counted_intensity == 0);
}

TEST_CASE("integer results are held against the int8 dot product where it was measured") {
  auto integers = row("tinyml.kws/simd@cpu", {}, {2e8, 1e5, 1}, 4e6);
  integers.accuracy = "exact";
  const auto without = make_roofline({load(1 << 17, 1), peak("roof.fma", "f32")}, {integers}, host);
  CHECK_FALSE(without.placements.at(0).fraction.value);
  CHECK(without.placements.at(0).fraction.reason.find("roof.dot") != std::string::npos);
  auto dot = peak("roof.dot", "i8");
  const auto with = make_roofline({load(1 << 17, 1), peak("roof.fma", "f32"), dot}, {integers}, host);
  CHECK(*with.placements.at(0).fraction.value == Approx(0.5));
}

TEST_CASE("evicted arrays and open loops give no limit, and no share of one") {
  for (const auto& [key, value] :
       std::map<std::string, std::string>{{"cache", "cold"}, {"load", "open:100"}}) {
    ResultRow odd = load(1 << 20, 1);
    odd.params[key] = value;
    const ResultRow work = row("a.b/c@cpu", {}, {0, 1 << 20, 1}, 1e5);
    const Roofline roofline = make_roofline({odd}, {work}, host);
    CHECK(roofline.limits.empty());
    REQUIRE(roofline.placements.size() == 1);
    CHECK_FALSE(roofline.placements[0].fraction.value);
  }
}
