// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/profile.h"

#include <catch2/catch.hpp>

#include "harness/core/device_span.h"
#include "harness/core/region_span.h"

using namespace assay;
using Catch::Matchers::Contains;

namespace {

MetricValue metric(const std::string& id, double value, const std::string& isa = "") {
  MetricValue m;
  m.id = id;
  m.value = value;
  m.isa = isa;
  return m;
}

/// 1,000 instructions of the AVX2 path in 1 us.
ResultRow row_of(double clock_hz = 0.5e9) {
  ResultRow row;
  row.value = {"llm.gemv", "simd", {}, "cpu"};
  row.case_key = "llm.gemv/simd@cpu";
  row.threads = 1;
  row.isa = "avx2";
  row.verified = true;
  row.work = {.operations = 4000, .minimum_bytes = 100, .units = 10};
  row.metrics = {metric("time.wall.p50", 1000), metric("clock.core", clock_hz),
                 metric("callgrind.instructions", 1000, "avx2"), metric("callgrind.branch_misses", 20)};
  return row;
}

MetricValue derived(const Profile& profile, const std::string& id) {
  for (const auto& m : profile.derived) {
    if (m.id == id) return m;
  }
  FAIL("no metric " << id);
  return {};
}

std::string findings(const Profile& profile) {
  std::string text;
  for (const auto& finding : profile.findings) text += finding + "\n";
  return text;
}

}  // namespace

TEST_CASE("a profile derives what an instruction does from counts, time and clock") {
  const Profile profile = make_profile(row_of(), {}, {}, {});
  CHECK(derived(profile, "profile.instructions_per_unit").value == 100);
  CHECK(derived(profile, "profile.operations_per_instruction").value == 4);
  CHECK(*derived(profile, "profile.instructions_per_cycle").value == Approx(2));
  CHECK(derived(profile, "profile.branch_misses_per_1000").value == 20);
  CHECK_FALSE(derived(profile, "profile.d1_misses_per_1000").value);
  CHECK(derived(profile, "profile.d1_misses_per_1000").reason == "not simulated");
}

TEST_CASE("instructions a cycle are not told of another path, of several threads, or without a clock") {
  ResultRow row = row_of();
  SECTION("another path") {
    row.isa = "avx3_dl";
    CHECK_THAT(derived(make_profile(row, {}, {}, {}), "profile.instructions_per_cycle").reason,
               Contains("timed is avx3_dl") && Contains("counted avx2"));
  }
  SECTION("several threads") {
    row.threads = 2;
    CHECK_THAT(derived(make_profile(row, {}, {}, {}), "profile.instructions_per_cycle").reason,
               Contains("several threads"));
  }
  SECTION("an open loop") {
    row.value.params["load"] = std::string("open:100");
    row.params["load"] = std::string("open:100");
    CHECK_THAT(derived(make_profile(row, {}, {}, {}), "profile.instructions_per_cycle").reason,
               Contains("holds waiting"));
  }
  SECTION("a path that is not told") {
    row.isa = "";
    row.metrics[2].isa = "";
    CHECK_FALSE(derived(make_profile(row, {}, {}, {}), "profile.instructions_per_cycle").value);
  }
  SECTION("no clock") {
    row.metrics.erase(row.metrics.begin() + 1);
    CHECK_FALSE(derived(make_profile(row, {}, {}, {}), "profile.instructions_per_cycle").value);
  }
  SECTION("no counts") {
    row.metrics.erase(row.metrics.begin() + 2);
    CHECK_THAT(derived(make_profile(row, {}, {}, {}), "profile.instructions_per_unit").reason,
               Contains("not asked for"));
  }
}

TEST_CASE("findings name the busy core, the waiting one, the loop and the mispredicted branches") {
  Launch launch;
  launch.lane = "callgrind";
  launch.hot_spots = {
      {"hot(int)", "o", "", 900, {{4, 400, 0, 0, 0, ""}, {8, 400, 0, 4, 399, ""}, {12, 100, 0, 0, 0, ""}}}};
  CHECK_THAT(findings(make_profile(row_of(0.25e9), {}, {}, {})), Contains("core is busy (4.0"));
  CHECK_THAT(findings(make_profile(row_of(2e9), {}, {}, {})), Contains("core waits (0.5"));
  const std::string text = findings(make_profile(row_of(), {launch}, {}, {}));
  CHECK_THAT(text, Contains("80 % of its instructions are one loop of 2 in hot(int), 400 turns a call"));
  CHECK_THAT(text, Contains("20 of 1,000 instructions are branches"));
  CHECK_THAT(text, !Contains("core"));
  ResultRow bad = row_of();
  bad.status = Status::invalid;
  bad.reason = "wrong result";
  CHECK_THAT(findings(make_profile(bad, {launch}, {}, {})),
             Contains("no valid result (invalid): wrong result"));
}

TEST_CASE("phases are medians over the timing launches, in a launch's order") {
  const auto launch = [](const std::string& lane, std::int64_t measure_ns) {
    Launch l;
    l.lane = lane;
    l.spans = {{"verify", 0, 100}, {"measure", 100, 100 + measure_ns}, {"verify", 500, 600}};
    return l;
  };
  const Profile profile = make_profile(
      row_of(), {launch("timing", 1000), launch("timing", 3000), launch("callgrind", 9)}, {}, {});
  REQUIRE(profile.phases.size() == 2);
  CHECK(profile.phases[0].name == "verify");
  CHECK(profile.phases[0].seconds == Approx(200e-9));
  CHECK(profile.phases[1].seconds == Approx(2000e-9));
}

TEST_CASE("what top-down counted is told by its largest loss, with memory's part where level 2 was counted") {
  ResultRow row = row_of();
  row.metrics.push_back(metric("topdown.retiring", 0.25));
  row.metrics.push_back(metric("topdown.backend_bound", 0.55));
  row.metrics.push_back(metric("topdown.frontend_bound", 0.2));
  CHECK_THAT(findings(make_profile(row, {}, {}, {})),
             Contains("55 % of the issue slots wait for the back end") && !Contains("memory has"));
  row.metrics.push_back(metric("topdown.backend_bound.memory", 0.4));
  CHECK_THAT(findings(make_profile(row, {}, {}, {})), Contains("; memory has 40 %."));
  ResultRow busy = row_of();
  busy.metrics.push_back(metric("topdown.retiring", 0.9));
  busy.metrics.push_back(metric("topdown.backend_bound", 0.1));
  CHECK_THAT(findings(make_profile(busy, {}, {}, {})), !Contains("slots"));
}

TEST_CASE(
    "the timeline has launches in order of their start, and threads with outermost regions behind them") {
  Launch first;
  first.lane = "timing";
  first.started_utc_ms = 2000;
  first.spans = {{"start", 0, 1'000'000}, {"measure", 1'000'000, 9'000'000}};
  first.samples.start_ns = {100};
  first.samples.end_ns = {1'000'100};
  first.samples.scheduled_ns = {100};
  first.tracks = region_tracks({{"outer", 0, 100, 1'000'100}, {"outer/inner", 0, 200, 300}});
  Launch second;
  second.lane = "callgrind";
  second.started_utc_ms = 1000;
  second.spans = {{"start", 0, 5}};
  Launch recorded = first;
  recorded.lane = "cupti";
  recorded.started_utc_ms = 3000;
  recorded.tracks = device_tracks({{"kernels", "gemv", 7, 1, 1'000'000, 1'000'100},
                                   {"kernels", "gemv", 7, 2, 500, 600},
                                   {"calls", "cudaLaunchKernel", 99, 1, 200, 300}});
  const auto device = make_profile(row_of(), {first, second, recorded}, {}, {}).timeline;
  REQUIRE(device.size() == 6);
  CHECK(device[3].name == "cupti launch 1, calls, thread 99");
  CHECK(device[4].name == "cupti launch 1, kernels, stream 7");
  REQUIRE(device[4].spans.size() == 2);
  CHECK(device[4].spans[0].start_ns == 2'000'000'000 + 8'000'400);  // one after the other, within `measure`
  CHECK(device[4].spans[1].end_ns == 2'009'000'000);
  CHECK(device[5].name == "timing launch 1, thread 0");
  const auto rows = make_profile(row_of(), {first, second}, {}, {}).timeline;
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].name == "callgrind launch 1");
  CHECK(rows[1].name == "timing launch 1");
  CHECK(rows[1].spans[1].start_ns == 1'001'000'000);
  CHECK(rows[2].name == "timing launch 1, thread 0");
  REQUIRE(rows[2].spans.size() == 1);
  CHECK(rows[2].spans[0].name == "outer");
  CHECK(rows[2].spans[0].end_ns == 1'009'000'000);  // with the phase that measured
}
