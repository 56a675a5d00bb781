// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/history.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/core/error.h"
#include "harness/core/privacy.h"
#include "harness/store/history.h"
#include "harness/store/transfer.h"
#include "tests/unit/store/fixtures.h"

using namespace assay;
using Catch::Matchers::Contains;
using test::make_launch;
using test::make_run;

namespace {

const std::string simd = "llm.gemv/simd?rows=1024@cpu";

Commit commit(int n) {
  Commit commit;
  std::string digits = std::to_string(n);
  commit.id = std::string(40 - digits.size(), '0') + digits;
  commit.place = n;
  commit.committed_utc_ms = n * 1000;
  commit.author = "Ada";
  return commit;
}

/// Run n, at commit n; two cases with one launch each, which counts instructions, too.
struct Measured {
  Run run;
  std::vector<Launch> launches;
};
Measured measured(int n, double median_ns = 50'000) {
  Measured one{make_run(static_cast<unsigned>(n)), {}};
  one.run.commit = commit(n);
  for (int i = 0; i < 2; ++i) {
    Launch launch = make_launch(static_cast<unsigned>(10 * n + i), i, 0, 40, median_ns);
    launch.readings = {{"callgrind.instructions", 1000, "count", ReadingState::ok, 1, "", Better::lower}};
    launch.readings.push_back({"callgrind.d1_misses", 10, "count", ReadingState::ok, 1, "", Better::lower});
    one.launches.push_back(std::move(launch));
  }
  return one;
}

void store_it(Store& store, const Measured& one) {
  store.begin_run(one.run);
  for (const Launch& launch : one.launches) store.add_launch(one.run.id, launch);
  store.finish_run(one.run.id, "complete", one.run.started_utc_ms + 10, {});
}

Store store_of(const std::vector<Measured>& all) {
  Store store = Store::temporary();
  for (const Measured& one : all) store_it(store, one);
  return store;
}

void write_export(const std::string& path, const Measured& one) {
  const Store store = store_of({one});
  std::ofstream file(path, std::ios::binary);
  export_run(store, one.run.id, file, {.identify = true});
}

HistoryQuery query(const std::string& selector = "", std::vector<std::string> metrics = {"time.wall.p50"}) {
  HistoryQuery query;
  if (!selector.empty()) query.selector = parse_selector(selector);
  query.metrics = std::move(metrics);
  return query;
}

std::size_t points_of(const History& history) {
  std::size_t count = 0;
  for (const Series& one : history.series()) count += one.points.size();
  return count;
}

}  // namespace

TEST_CASE("a series is a case and a metric over all runs that have it") {
  History history(query());
  history.add(store_of({measured(2, 60'000), measured(1)}));
  const auto all = history.series();
  REQUIRE(all.size() == 2);
  const Series& one = all[1];
  CHECK(one.key.case_key == simd);
  CHECK(one.key.metric == "time.wall.p50");
  CHECK(one.key.subject == "assay");
  CHECK(one.key.device == "cpu");
  CHECK(one.key.host_class_id == make_run().host.class_id());
  CHECK(one.unit == "ns");
  CHECK(one.better == Better::lower);
  REQUIRE(one.points.size() == 2);
  CHECK(one.points[0].commit->id == commit(1).id);
  CHECK(one.points[0].value == Approx(50'000).epsilon(0.05));
  CHECK(one.points[1].value == Approx(60'000).epsilon(0.05));
  CHECK(one.points[0].n == 1);
  CHECK(one.points[0].environment->at("kernel") == "6.1");
  CHECK(one.points[0].environment->at("compiler") == "GNU 12.2.0 -O3");
  CHECK(one.points[0].definition->at("v") == "1");
}

TEST_CASE("selectors, metrics and hosts choose, and what is watched needs no name") {
  const Store store = store_of({measured(1), measured(2)});
  const auto count = [&](HistoryQuery wanted) {
    History history(std::move(wanted));
    history.add(store);
    return points_of(history);
  };
  CHECK(count(query("llm.gemv/simd")) == 2);
  CHECK(count(query("llm.gemv/simd?rows=2048")) == 0);
  CHECK(count(query("", {"callgrind.*"})) == 8);
  CHECK(count(query("", {})) == 8);  // time and instructions, not the simulated misses
  HistoryQuery host = query();
  for (const std::string& name :
       {make_run().host.class_id().substr(0, 6), std::string("secret-host"), pseudonym("secret-host")}) {
    host.host = name;
    CHECK(count(host) == 4);
  }
  host.host = "elsewhere";
  CHECK(count(host) == 0);
  CHECK(is_watched("time.wall.p50"));
  CHECK(is_watched("qemu.instructions"));
  CHECK(is_watched("size.flash"));
  CHECK_FALSE(is_watched("perf.instructions"));
  CHECK_FALSE(is_watched("time.wall.p99"));
}

TEST_CASE("tails of all samples together are read where they are asked for") {
  std::vector<Measured> all{measured(1)};
  for (int i = 1; i < 4; ++i)
    all[0].launches.push_back(
        make_launch(static_cast<unsigned>(100 + i), 0, i, 25));  // too few each for a p90
  const Store store = store_of(all);
  for (const char* metric : {"time.wall.p90", "time.wall.*"}) {
    History history(query("llm.gemv/simd", {metric}));
    history.add(store);
    CHECK(history.series().at(history.series().size() - 1).key.metric == "time.wall.p90");
  }
}

TEST_CASE("what is not ok, emulated times, and several versions of one subject are no points") {
  Measured failed = measured(1);
  failed.launches[0].status = Status::failed;
  History history(query("llm.gemv/simd"));
  history.add(store_of({failed}));
  CHECK(points_of(history) == 0);

  Measured emulated = measured(2);
  for (Launch& launch : emulated.launches) launch.device.fidelity = "functional";
  History times(query("llm.gemv/simd", {"time.*", "callgrind.instructions"}));
  times.add(store_of({emulated}));
  CHECK(points_of(times) == 1);

  Measured sides = measured(3);
  Launch other = make_launch(99, 0, 1, 40);
  other.subject.version = "0.2.0";
  sides.launches.push_back(other);
  History both(query());
  both.add(store_of({sides}));
  CHECK(points_of(both) == 1);
  CHECK(both.ambiguous_count() == 2);
  other.subject.name = "theirs";  // another program's is a series of its own
  sides.launches.back() = other;
  History apart(query());
  apart.add(store_of({sides}));
  CHECK(apart.series().size() == 3);
  CHECK(apart.ambiguous_count() == 0);
}

TEST_CASE("another definition version is the same series, begun anew") {
  Measured later = measured(2);
  later.run.plan[0].value.params["v"] = std::int64_t{2};
  History history(query("llm.gemv/simd"));
  history.add(store_of({measured(1), later}));
  const auto all = history.series();
  REQUIRE(all.size() == 1);
  CHECK(all[0].points.size() == 2);
  REQUIRE(all[0].marks.size() == 1);
  CHECK(all[0].marks[0].definition);
  CHECK(all[0].marks[0].key == "v");
  CHECK(all[0].points[1].case_key == "llm.gemv/simd?rows=1024&v=2@cpu");
}

TEST_CASE(
    "a device's model is part of the series, its driver, its board and what is hidden of it are "
    "environment") {
  const auto on_gpu = [](int n, const char* model, const char* driver) {
    Measured one = measured(n);
    for (PlannedCase& planned : one.run.plan) planned.value.device = "cuda:0";
    for (Launch& launch : one.launches) {
      launch.device = {
          "cuda:0", "hardware", {{"model", model}, {"cuda.driver", driver}, {"uuid", std::to_string(n)}}};
      if (n > 1) launch.device.fingerprint["without"] = "dot8";
    }
    return one;
  };
  History history(query("llm.gemv/simd"));
  history.add(store_of({on_gpu(1, "H100", "12.2"), on_gpu(2, "H100", "12.4"), on_gpu(3, "H200", "12.4")}));
  const auto all = history.series();
  REQUIRE(all.size() == 2);
  CHECK(all[0].key.device == "cuda:0 H100");
  REQUIRE(all[0].marks.size() == 3);
  CHECK(all[0].marks[0].key == "device.board");  // the UUIDs differ
  CHECK(all[0].marks[0].before.starts_with("board-"));
  CHECK(all[0].marks[1].key == "device.cuda.driver");
  CHECK(all[0].marks[2].key == "device.without");
  CHECK(all[0].marks[2].before == "nothing");
}

TEST_CASE("sources overlap: a run counts once, the copy with the most launches") {
  Measured part = measured(1);
  part.launches.pop_back();
  History history(query());
  history.add(store_of({part}));
  CHECK(points_of(history) == 1);
  history.add(store_of({measured(1), measured(2)}));
  CHECK(points_of(history) == 4);
  history.add(store_of({part}));
  CHECK(points_of(history) == 4);
  CHECK(history.run_count() == 2);
  Measured bare = measured(3);
  bare.run.commit.reset();
  history.add(store_of({bare}));
  CHECK(history.runs_without_commit() == 1);
}

TEST_CASE("series come one by one as they come at once, also where a run is read again with more launches") {
  Store store = store_of({measured(1), measured(2, 60'000)});
  Measured growing = measured(3, 70'000);
  store.begin_run(growing.run);
  store.add_launch(growing.run.id, growing.launches[0]);
  store.finish_run(growing.run.id, "interrupted", std::nullopt, {});
  History history(query());
  history.add(store);
  REQUIRE(history.keys().size() == 2);
  store.add_launch(growing.run.id, growing.launches[1]);
  history.add(store);
  CHECK(history.run_count() == 3);
  const std::vector<Series> all = history.series();
  REQUIRE(all.size() == history.keys().size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i].key == history.keys()[i]);
    const Series one = history.series_of(all[i].key);
    REQUIRE(one.points.size() == 3);
    CHECK(all[i].points.size() == 3);
    CHECK(one.unit == all[i].unit);
    for (std::size_t k = 0; k < 3; ++k) {
      CHECK(one.points[k].run == all[i].points[k].run);
      CHECK(one.points[k].value == all[i].points[k].value);
      CHECK(one.points[k].commit->place == static_cast<std::int64_t>(k) + 1);
    }
  }
  SeriesKey unknown = all[0].key;
  unknown.metric = "time.wall.p99";
  CHECK(history.series_of(unknown).points.empty());
}

TEST_CASE("runs are listed without counting in the order of the list that counts") {
  const Store store = store_of({measured(2), measured(1), measured(3)});
  const auto counted = store.list_runs();
  const auto heads = run_heads(store);
  REQUIRE(heads.size() == counted.size());
  for (std::size_t i = 0; i < heads.size(); ++i) {
    CHECK(heads[i].id == counted[i].id);
    CHECK(heads[i].state == "complete");
    CHECK(launch_count(store, heads[i].id) == counted[i].launches);
  }
  REQUIRE(run_heads(store, 1).size() == 1);
  CHECK(run_heads(store, 1)[0].id == heads[0].id);
  CHECK(launch_count(store, "none") == 0);
}

TEST_CASE("a folder of exports and databases is read; what is broken is named, and nothing of it is taken") {
  test::Folder folder;
  const std::string runs = folder.file("runs");
  std::filesystem::create_directories(runs + "/deeper.json");
  write_export(runs + "/1.json", measured(1));
  write_export(runs + "/2.jsonl", measured(2));
  write_export(runs + "/ignored.txt", measured(9));
  write_export(runs + "/deeper.json/3.json", measured(8));
  {
    Store database = Store::open(runs + "/3.db", Store::Mode::create);
    store_it(database, measured(3));
  }
  write_export(runs + "/4.json", measured(4));
  std::string text;
  {
    std::ifstream whole(runs + "/4.json", std::ios::binary);
    std::stringstream all;
    all << whole.rdbuf();
    text = all.str();
  }
  const std::size_t last = text.rfind('\n', text.size() - 2) + 1;
  std::ofstream(runs + "/4.json", std::ios::binary) << text.substr(0, last);  // cut at a line's end
  std::ofstream(runs + "/5.json", std::ios::binary) << text.substr(0, last + 100);
  std::ofstream(runs + "/6.json", std::ios::binary) << "{\"context\": {}, \"benchmarks\": []}\n";
  std::ofstream(runs + "/7.db", std::ios::binary) << "SQLite format 3";

  History history(query());
  history.add_path(runs);
  CHECK(history.run_count() == 3);
  CHECK(points_of(history) == 6);
  REQUIRE(history.broken().size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    const auto& broken = history.broken()[i];
    CHECK_THAT(broken.message, Contains(broken.file));
    CHECK_THAT(broken.file, Contains(std::to_string(i + 4) + "."));
    CHECK_FALSE(broken.remedy.empty());
  }
  CHECK_THROWS_AS(history.add_path(folder.file("nothing")), Error);
  history.add_path(runs + "/ignored.txt");  // a file by its name
  CHECK(history.run_count() == 4);
}

TEST_CASE("events come from all sources, once each") {
  const TriageEvent event{test::uuid(1), "0123456789", "series",     commit(1).id, simd, 5,
                          "ignored",     "why",        std::nullopt, "Ada"};
  Store store = store_of({measured(1)});
  add_triage(store, event);
  History history(query());
  history.add(store);
  history.add(store);
  history.add_events(store);
  CHECK(history.events() == std::vector{event});
}

TEST_CASE("regressions come largest first, with their state") {
  std::vector<Measured> all;
  for (int n = 1; n <= 24; ++n) {
    Measured one = measured(n, n > 12 ? 60'000 : 50'000);
    for (Reading& reading : one.launches[0].readings) reading.value = n > 12 ? 1010 : 1000;
    all.push_back(one);
  }
  Store store = store_of(all);
  History history(query("llm.gemv/simd", {}));
  history.add(store);
  const auto series = history.series();
  const auto found = regressions(series, history.events(), 100);
  REQUIRE(found.size() == 2);
  CHECK(found[0].series->key.metric == "time.wall.p50");
  CHECK(found[0].change->commit == commit(13).id);
  CHECK(found[0].triage.state == "open");
  CHECK(found[1].series->key.metric == "callgrind.instructions");

  const std::vector<TriageEvent> events{
      {test::uuid(1), found[0].change->id, "", "", simd, 5, "acknowledged", "why", std::nullopt, "Ada"}};
  const auto after = regressions(series, events, 100);
  CHECK(after[0].triage.state == "acknowledged");
  CHECK(after[1].triage.state == "open");
}
