// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/results.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "harness/answers/compare.h"
#include "harness/answers/metrics.h"
#include "harness/stats/quantile.h"
#include "tests/unit/store/fixtures.h"

using namespace assay;
using Catch::Matchers::Contains;
using test::make_launch;
using test::make_run;

namespace {

struct Fixture {
  test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  Run run = make_run();
  unsigned number = 0;

  Fixture() { store.begin_run(run); }

  /// A launch whose every sample takes `ns`, `count` of them.
  Launch constant(std::int64_t ordinal, int index, std::int64_t ns, int count = 1) {
    Launch launch = make_launch(++number, ordinal, index, 0);
    launch.readings.clear();
    for (int i = 0; i < count; ++i) {
      launch.samples.start_ns.push_back(i * 10 * ns);
      launch.samples.end_ns.push_back(i * 10 * ns + ns);
    }
    return launch;
  }
  void add(const Launch& launch) { store.add_launch(run.id, launch); }
  ResultRow row(std::size_t i = 0) { return results(store, run.id).at(i); }
};

const MetricValue& metric(const ResultRow& row, const std::string& id) {
  const MetricValue* found = find_metric(row, id);
  if (found == nullptr) FAIL("no metric " << id);
  return *found;
}

}  // namespace

TEST_CASE("time is the median of the launches' medians, with order statistics from six launches on") {
  Fixture f;
  for (int i = 0; i < 6; ++i) f.add(f.constant(0, i, 100 + 10 * i));
  const ResultRow row = f.row();
  CHECK(row.status == Status::ok);
  CHECK(row.verified == true);
  CHECK(row.launches == 6);
  const MetricValue& p50 = metric(row, "time.wall.p50");
  CHECK(p50.value == 125);
  CHECK(p50.ci_low == 100);
  CHECK(p50.ci_high == 150);
  CHECK(p50.n == 6);
  const MetricValue& rate = metric(row, "throughput.rows");
  CHECK(rate.value.value() == Approx(1024 / 125e-9));
  CHECK(rate.ci_low.value() == Approx(1024 / 150e-9));
  CHECK(rate.unit == "rows/s");
  CHECK(metric(row, "throughput.bytes").unit == "byte/s");
  CHECK(metric(row, "memory.peak_rss").value == 12'345'678);
}

TEST_CASE("two launches give a value without an interval, and the reason") {
  Fixture f;
  f.add(f.constant(0, 0, 100));
  f.add(f.constant(0, 1, 200));
  const ResultRow row = f.row();
  CHECK(metric(row, "time.wall.p50").value == 150);
  CHECK_FALSE(metric(row, "time.wall.p50").ci_low);
  CHECK_THAT(metric(row, "time.wall.p50").reason, Contains("needs 3 launches; has 2"));
}

TEST_CASE("tails are shown only from enough samples of three launches of single calls") {
  Fixture f;
  for (int i = 0; i < 2; ++i) f.add(f.constant(0, i, 100, 60));
  CHECK(metric(f.row(), "time.wall.p99").state == ReadingState::not_counted);
  CHECK(metric(f.row(), "time.wall.p99").reason ==
        "p99 needs 299 samples from 3 launches; has 120 from 2 launches");
  CHECK_FALSE(metric(f.row(), "time.wall.p90").value);
  f.add(f.constant(0, 2, 200, 60));
  CHECK(metric(f.row(), "time.wall.p90").value == 100);  // the median of the launches' own
  CHECK_FALSE(metric(f.row(), "time.wall.p99").value);
  f.add(f.constant(0, 3, 100, 300));
  CHECK(metric(f.row(), "time.wall.p99").value == 200);  // 60 of 480 samples, all launches together
  CHECK_THAT(metric(f.row(), "time.wall.p99").reason, Contains("together"));
  CHECK(metric(f.row(), "time.wall.p99").samples == 480);

  for (int i = 0; i < 3; ++i) {
    Launch batch = f.constant(1, i, 1000, 300);
    batch.samples.batch = 10;
    f.add(batch);
  }
  CHECK(metric(f.row(1), "time.wall.p50").value == 100);
  CHECK_FALSE(metric(f.row(1), "time.wall.p99").value);
  CHECK_THAT(metric(f.row(1), "time.wall.p99").reason, Contains("batch of 10 calls"));
}

TEST_CASE("one invalid launch makes the case invalid, and its timings are used nowhere") {
  Fixture f;
  f.add(f.constant(0, 0, 100));
  Launch invalid = f.constant(0, 1, 1);
  invalid.status = Status::invalid;
  invalid.verified = false;
  invalid.reason = "digest differs";
  f.add(invalid);
  const ResultRow row = f.row();
  CHECK(row.status == Status::invalid);
  CHECK(row.reason == "digest differs");
  CHECK(row.verified == false);
  CHECK(row.metrics.empty());
  CHECK(row.launch_medians_ns.empty());
}

TEST_CASE("a launch that told false times makes the case invalid though its result is right") {
  Fixture f;
  Launch lies = f.constant(0, 0, 1);
  lies.status = Status::invalid;
  lies.verified = true;
  lies.reason = "the times are not those of the calls";
  f.add(lies);
  f.add(f.constant(0, 1, 100));
  CHECK(f.row().status == Status::invalid);
  CHECK(f.row().verified == true);
  CHECK(f.row().reason == lies.reason);
  CHECK(f.row().metrics.empty());

  Launch wrong = f.constant(0, 2, 1);
  wrong.status = Status::invalid;
  wrong.verified = false;
  wrong.reason = "digest differs";
  f.add(wrong);
  CHECK(f.row().reason == "digest differs");  // the worse of the two is told
  CHECK(f.row().verified == false);
}

TEST_CASE(
    "a case with a valid launch is ok though others crashed, and says so; without one it has their status") {
  Fixture f;
  Launch crashed = f.constant(0, 0, 5);
  crashed.status = Status::failed;
  crashed.reason = "signal 11";
  f.add(crashed);
  CHECK(f.row().status == Status::failed);
  CHECK(f.row().reason == "signal 11");
  f.add(f.constant(0, 1, 100));
  CHECK(f.row().status == Status::ok);
  CHECK_THAT(f.row().reason, Contains("1 of 2 launches were lost") && Contains("signal 11"));
  CHECK(metric(f.row(), "time.wall.p50").value == 100);
  CHECK(f.row(1).status == Status::skipped);
}

TEST_CASE("unverifiable results stay null") {
  Fixture f;
  Launch foreign = f.constant(0, 0, 100);
  foreign.verified.reset();
  f.add(foreign);
  CHECK(f.row().status == Status::ok);
  CHECK_FALSE(f.row().verified.has_value());
}

TEST_CASE("readings keep their state: exact ones their range, missing ones their reason") {
  Fixture f;
  for (int i = 0; i < 3; ++i) {
    Launch launch = f.constant(0, i, 100);
    launch.lane = "callgrind";
    launch.readings = {
        {"callgrind.instructions", 1000.0 + i, "count", ReadingState::ok, 1, "", Better::lower},
        {"mine.hits", 7.0, "count", ReadingState::ok, 1, "", Better::higher},
        {"perf.cycles", 5.0, "count", ReadingState::scaled, 0.5, ""},
        {"perf.misses", std::nullopt, "count", ReadingState::denied, 0, "paranoid"}};
    f.add(launch);
  }
  const ResultRow row = f.row();
  CHECK(metric(row, "callgrind.instructions").value == 1001);
  CHECK(metric(row, "callgrind.instructions").ci_low == 1000);
  CHECK_THAT(metric(row, "callgrind.instructions").reason, Contains("differs between launches"));
  CHECK(metric(row, "mine.hits").better == Better::higher);  // as declared, whatever the unit
  CHECK(metric(row, "perf.cycles").state == ReadingState::scaled);
  CHECK_FALSE(metric(row, "perf.misses").value);
  CHECK(metric(row, "perf.misses").state == ReadingState::denied);
  CHECK(metric(row, "perf.misses").reason == "paranoid");
  CHECK_FALSE(metric(row, "time.wall.p50").value);
}

TEST_CASE("the ISA path is that of the timing lane, not of a tool that forces another") {
  Fixture f;
  Launch tool = f.constant(0, 0, 100);
  tool.lane = "callgrind";
  tool.isa = "sse2";
  tool.threads = 3;
  tool.readings = {{"callgrind.instructions", 1000.0, "count", ReadingState::ok, 1,
                    "callgrind-3.19.0; ISA path sse2", Better::lower}};
  f.add(tool);
  f.add(f.constant(0, 0, 100));
  CHECK(f.row().isa == "avx2");
  CHECK(metric(f.row(), "callgrind.instructions").isa == "sse2");
  CHECK(metric(f.row(), "callgrind.instructions").threads == 3);
  CHECK(metric(f.row(), "callgrind.instructions").tool == "callgrind-3.19.0");
}

TEST_CASE("tracks give a median over launches and a tail where the rule allows") {
  Fixture f;
  for (int i = 0; i < 3; ++i) {
    Launch launch = f.constant(0, i, 100);
    launch.tracks = {{"time.first_token", "ns", {0}, {1000.0 + i}}, {"time.inter_token", "ns", {}, {}}};
    for (int k = 0; k < 100; ++k) {
      launch.tracks[1].offset_ns.push_back(k);
      launch.tracks[1].value.push_back(50);
    }
    f.add(launch);
  }
  const ResultRow row = f.row();
  CHECK(metric(row, "time.first_token.p50").value == 1001);
  CHECK_FALSE(metric(row, "time.first_token.p99").value);
  CHECK(metric(row, "time.inter_token.p99").value == 50);
  CHECK(metric(row, "time.inter_token.p99").samples == 300);
}

TEST_CASE("a track that names what others are of is no quantity") {
  Fixture f;
  Launch launch = f.constant(0, 0, 100);
  launch.tracks = {{"regions.a", "ns", {0}, {1000}}, {"regions:threads", "id", {0}, {1}}};
  f.add(launch);
  CHECK(metric(f.row(), "regions.a.p50").value == 1000);
  CHECK(find_metric(f.row(), "regions:threads.p50") == nullptr);
}

TEST_CASE("a track's tail is of all launches' samples together where one launch alone has too few") {
  Fixture f;
  const auto add = [&](int index, double value, int count) {
    Launch launch = f.constant(0, index, 100);
    launch.tracks = {{"time.inter_token", "ns", {}, {}}};
    for (int k = 0; k < count; ++k) {
      launch.tracks[0].offset_ns.push_back(k);
      launch.tracks[0].value.push_back(value);
    }
    f.add(launch);
  };
  add(0, 50, 300);
  add(1, 50, 300);
  add(2, 90, 100);
  const MetricValue pooled = metric(f.row(), "time.inter_token.p99");
  CHECK(pooled.value == 90);  // 100 of 700 values; the median of the launches' own is 50
  CHECK(pooled.unit == "ns");
  CHECK_THAT(pooled.reason, Contains("together"));
  add(3, 50, 300);
  CHECK(metric(f.row(), "time.inter_token.p99").value == 90);
}

TEST_CASE("the roof's fraction comes from the run's own ceilings, at the level where the data lie") {
  test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  Run run = make_run(1, 4);
  run.plan[1].value = parse_case("roof.mem/simd@cpu");
  run.plan[1].params = {{"kind", "load"}, {"bytes", std::int64_t{32768}}};
  run.plan[2].value = parse_case("roof.fma/simd@cpu");
  run.plan[2].params = {{"dtype", "f32"}};
  run.plan[3].value = parse_case("roof.mem/simd?bytes=8192@cpu");
  run.plan[3].params = {{"kind", "load"}, {"bytes", std::int64_t{8192}}};
  store.begin_run(run);
  const auto add = [&](unsigned number, std::int64_t ordinal, std::int64_t ns, double operations,
                       double bytes, const std::string& accuracy = "float") {
    Launch launch = make_launch(number, ordinal, static_cast<int>(number), 0);
    launch.samples.start_ns = {0};
    launch.samples.end_ns = {ns};
    launch.work = {operations, bytes, 1};
    launch.accuracy = accuracy;
    store.add_launch(run.id, launch);
  };
  const auto fraction = [&] { return metric(results(store, run.id)[0], "roof.fraction"); };
  add(1, 0, 1000, 100, 5000);
  CHECK(fraction().state == ReadingState::not_counted);
  CHECK_THAT(fraction().reason, Contains("roof.mem") && Contains("2 threads"));
  add(2, 1, 1000, 0, 10'000);  // memory: 10 bytes a ns
  CHECK_THAT(fraction().reason, Contains("roof.fma"));
  add(3, 2, 1000, 10'000, 0);  // 10 operations a ns
  CHECK(fraction().value.value() == Approx(0.5));
  CHECK(fraction().reason == "bound by memory");
  add(4, 3, 1000, 0, 20'000);  // a cache that holds 8192 bytes: 20 bytes a ns; the case touches 5000
  CHECK(fraction().value.value() == Approx(0.25));
  CHECK(find_metric(results(store, run.id)[1], "roof.fraction") == nullptr);
}

TEST_CASE("a device is held against its own roof by its own clock, never against another's") {
  test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  Run run = make_run(1, 5);
  const char* cases[] = {"llm.gemv/cuda@cuda:0", "roof.mem/simd@cpu", "roof.fma/simd@cpu",
                         "roof.mem/cuda?kind=copy@cuda:0", "roof.fma/cuda@cuda:0"};
  for (std::size_t i = 0; i < 5; ++i) run.plan[i].value = parse_case(cases[i]);
  run.plan[1].params = {{"kind", "load"}, {"bytes", std::int64_t{8192}}};
  run.plan[3].params = {{"kind", "copy"}, {"bytes", std::int64_t{8192}}};
  store.begin_run(run);
  const auto add = [&](std::int64_t ordinal, std::int64_t wall_ns, double device_ns, const Work& work) {
    Launch launch = make_launch(static_cast<unsigned>(ordinal) + 1, ordinal, 0, 0);
    launch.samples.start_ns = {0};
    launch.samples.end_ns = {wall_ns};
    launch.samples.warmup = 0;
    launch.tracks.clear();
    if (device_ns > 0) launch.tracks = {{"time.device", "ns", {wall_ns}, {device_ns}}};
    launch.work = work;
    launch.accuracy = "float";
    store.add_launch(run.id, launch);
  };
  const auto fraction = [&] { return metric(results(store, run.id)[0], "roof.fraction"); };
  add(0, 20'000, 1000, {100, 5000, 1});  // by the host's clock launching is most of it
  add(1, 1000, 0, {0, 10'000, 1});
  add(2, 1000, 0, {10'000, 0, 1});
  CHECK_FALSE(fraction().value);
  CHECK_THAT(fraction().reason, Contains("roof.mem") && Contains("on cuda:0"));
  add(3, 30'000, 1000, {0, 20'000, 1});  // 20 bytes a ns
  CHECK_THAT(fraction().reason, Contains("roof.fma") && Contains("on cuda:0"));
  add(4, 30'000, 1000, {50'000, 0, 1});
  CHECK(fraction().value.value() == Approx(0.25));
  CHECK(metric(results(store, run.id)[0], "time.device.p50").value == 1000);
}

TEST_CASE("what is cold is held against the roof of the largest arrays, whatever its size") {
  test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  Run run = make_run(1, 3);
  run.plan[0].value = parse_case("llm.gemv/simd?cache=cold@cpu");
  run.plan[0].params = {{"cache", "cold"}};
  run.plan[1].value = parse_case("roof.mem/simd?bytes=8192@cpu");
  run.plan[1].params = {{"kind", "load"}, {"bytes", std::int64_t{8192}}};
  run.plan[2].value = parse_case("roof.mem/simd@cpu");
  run.plan[2].params = {{"kind", "load"}, {"bytes", std::int64_t{1} << 28}};
  store.begin_run(run);
  const double bytes[] = {5000, 40'000, 10'000};
  for (std::int64_t i = 0; i < 3; ++i) {
    Launch launch = make_launch(static_cast<unsigned>(i) + 1, i, 0, 0);
    launch.samples.start_ns = {0};
    launch.samples.end_ns = {1000};
    launch.accuracy = "exact";
    launch.work = {0, bytes[i], 1};
    store.add_launch(run.id, launch);
  }
  CHECK(metric(results(store, run.id)[0], "roof.fraction").value.value() == Approx(0.5));
}

TEST_CASE("track values that were observed during the warm-up are not summarised") {
  Fixture f;
  Launch launch = f.constant(0, 0, 100, 4);  // samples begin at 0, 1000, 2000, 3000
  launch.samples.warmup = 2;
  launch.tracks = {{"time.device", "ns", {500, 1500, 2500, 3500}, {90, 80, 10, 12}}};
  f.add(launch);
  CHECK(metric(f.row(), "time.device.p50").value == 11);
}

TEST_CASE("integer work beyond what memory explains has no share, since no roof of it is measured") {
  test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  Run run = make_run(1, 3);
  run.plan[1].value = parse_case("roof.mem/simd@cpu");
  run.plan[1].params = {{"kind", "load"}, {"bytes", std::int64_t{512}}};
  run.plan[2].value = parse_case("roof.fma/simd@cpu");
  run.plan[2].params = {{"dtype", "f32"}};
  store.begin_run(run);
  const std::vector<Work> works{{100'000, 100, 1}, {0, 10'000, 1}, {10'000, 0, 1}};
  for (std::size_t i = 0; i < works.size(); ++i) {
    const auto ordinal = static_cast<std::int64_t>(i);
    Launch launch = make_launch(static_cast<unsigned>(i) + 1, ordinal, 0, 0);
    launch.samples.start_ns = {0};
    launch.samples.end_ns = {1000};
    launch.accuracy = "exact";
    launch.work = works[i];
    store.add_launch(run.id, launch);
  }
  CHECK_THAT(metric(results(store, run.id)[0], "roof.fraction").reason, Contains("integer arithmetic"));
}

TEST_CASE("a result faster than every ceiling measured has no share of one, and says why") {
  test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  Run run = make_run(1, 2);
  run.plan[1].value = parse_case("roof.mem/simd@cpu");
  run.plan[1].params = {{"kind", "load"}, {"bytes", std::int64_t{65536}}};
  store.begin_run(run);
  for (const std::int64_t ordinal : {0, 1}) {
    Launch launch = make_launch(static_cast<unsigned>(ordinal) + 1, ordinal, 0, 0);
    launch.samples.start_ns = {0};
    launch.samples.end_ns = {1000};
    launch.accuracy = "exact";
    launch.work = {0, ordinal == 0 ? 20'000.0 : 10'000.0, 1};
    store.add_launch(run.id, launch);
  }
  const MetricValue fraction = metric(results(store, run.id)[0], "roof.fraction");
  CHECK_FALSE(fraction.value);
  CHECK_THAT(fraction.reason, Contains("faster cache"));
}

TEST_CASE("a share is of the level that holds what a call touches, however often it reads that") {
  test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  Run run = make_run(1, 3);
  run.plan[1].value = parse_case("roof.mem/simd@cpu");
  run.plan[1].params = {{"kind", "load"}, {"bytes", std::int64_t{1} << 28}};
  run.plan[2].value = parse_case("roof.mem/simd?bytes=8388608@cpu");
  run.plan[2].params = {{"kind", "load"}, {"bytes", std::int64_t{8} << 20}};
  store.begin_run(run);
  const auto add = [&](std::int64_t ordinal, double bytes, std::size_t held) {
    Launch launch = make_launch(static_cast<unsigned>(ordinal) + 1, ordinal, 0, 0);
    launch.samples.start_ns = {0};
    launch.samples.end_ns = {1'000'000};
    launch.work = {0, bytes, 1};
    launch.resident_bytes = held;
    store.add_launch(run.id, launch);
  };
  const auto fraction = [&] { return metric(results(store, run.id)[0], "roof.fraction"); };
  add(0, 1.28e8, 8'000'000);  // 16 times over 8 MB
  add(1, 2e7, 1 << 28);
  CHECK_FALSE(fraction().value);
  CHECK_THAT(fraction().reason, Contains("too far") && Contains("8000000"));
  add(2, 2.56e8, 8 << 20);
  CHECK(fraction().value.value() == Approx(0.5));
}

TEST_CASE("a roof that more threads made slower is no limit: they can do what fewer did") {
  test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  Run run = make_run(1, 3);
  for (const std::size_t i : {1, 2}) {
    run.plan[i].value = parse_case(i == 1 ? "roof.mem/simd?threads=1@cpu" : "roof.mem/simd@cpu");
    run.plan[i].params = {{"kind", "load"}, {"bytes", std::int64_t{8192}}};
  }
  store.begin_run(run);
  for (const std::int64_t ordinal : {0, 1, 2}) {
    Launch launch = make_launch(static_cast<unsigned>(ordinal) + 1, ordinal, 0, 0);
    launch.samples.start_ns = {0};
    launch.samples.end_ns = {ordinal == 1 ? 50 : 1000};
    launch.work = {0, 8000, 1};
    launch.threads = ordinal == 1 ? 1 : 2;
    store.add_launch(run.id, launch);
  }
  CHECK(metric(results(store, run.id)[0], "roof.fraction").value.value() == Approx(0.05));
}

TEST_CASE("an open loop has latency and no throughput: the rate was asked for, not reached") {
  test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  Run run = make_run(1, 1);
  run.plan[0].params["load"] = std::string("open:100");
  store.begin_run(run);
  Launch launch = make_launch(1, 0, 0, 0);
  launch.samples.scheduled_ns = {0};
  launch.samples.start_ns = {400};
  launch.samples.end_ns = {1000};
  store.add_launch(run.id, launch);
  const auto rows = results(store, run.id);
  CHECK(metric(rows[0], "time.wall.p50").value == 1000);
  for (const auto& m : rows[0].metrics) CHECK_FALSE(m.id.starts_with("throughput."));
  CHECK(find_metric(rows[0], "roof.fraction") == nullptr);
}

TEST_CASE("a selector chooses rows, also by parameters at their default") {
  Fixture f;
  CHECK(results(f.store, f.run.id, parse_selector("llm.gemv/simd")).size() == 1);
  CHECK(results(f.store, f.run.id, parse_selector("llm.gemv/*?dtype=q4_0")).size() == 2);
  CHECK(results(f.store, f.run.id, parse_selector("llm.gemv/*?dtype=f32")).empty());
}

TEST_CASE("two runs of different host classes are incomparable, and the fields that differ are named") {
  Fixture f;
  f.add(f.constant(0, 0, 100));
  Run other = make_run(2);
  other.host.host_class["cpu.cores"] = "16";
  f.store.begin_run(other);
  f.store.add_launch(other.id, f.constant(0, 0, 50));
  const Comparison comparison = compare(f.store, f.run.id, f.store, other.id);
  const auto pair = std::find_if(comparison.pairs.begin(), comparison.pairs.end(),
                                 [](const Pair& p) { return p.headline()->rule == "host"; });
  REQUIRE(pair != comparison.pairs.end());
  CHECK(pair->headline()->outcome == Outcome::incomparable);
  CHECK_THAT(pair->headline()->reason, Contains("cpu.cores: 8 and 16"));
}
