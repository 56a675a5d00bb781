// SPDX-License-Identifier: Apache-2.0
#include "harness/store/store.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "harness/core/error.h"
#include "harness/store/migrate.h"
#include "harness/store/sql.h"
#include "harness/store/sqlite.h"
#include "tests/unit/store/fixtures.h"

using namespace assay;
using Catch::Matchers::Contains;
using test::make_launch;
using test::make_run;

namespace {

/// The error that `action` throws; fails the test when it throws none.
template <typename Action>
Error error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error was thrown");
  return {ErrorCode::internal, ""};
}

}  // namespace

TEST_CASE("a run comes back as it was stored") {
  test::Folder folder;
  Store store = Store::open(folder.file("new/folder/a.db"), Store::Mode::create);
  Run run = make_run();
  store.begin_run(run);
  store.finish_run(run.id, "complete", 1'700'000'900'000, {{"kernel", "6.1"}, {"load", "0.5"}});

  const Run back = store.load_run(run.id);
  CHECK(back.started_utc_ms == run.started_utc_ms);
  CHECK(back.ended_utc_ms == 1'700'000'900'000);
  CHECK(back.state == "complete");
  CHECK(back.host.name == "secret-host");
  CHECK(back.host.host_class == run.host.host_class);
  CHECK(back.host.class_id() == run.host.class_id());
  CHECK(back.host.environment == run.host.environment);
  CHECK(back.environment_after.at("load") == "0.5");
  CHECK(back.labels == run.labels);
  CHECK(back.settings.cpus == run.settings.cpus);
  CHECK(back.settings.more == run.settings.more);
  CHECK(back.settings.seed == run.settings.seed);
  REQUIRE(back.probes.size() == 2);
  CHECK_FALSE(back.probes[0].probe.available);
  CHECK(back.probes[0].probe.remedy == run.probes[0].probe.remedy);
  REQUIRE(back.plan.size() == 2);
  CHECK(back.plan[0].value == run.plan[0].value);
  CHECK(back.plan[0].params == run.plan[0].params);
  CHECK(back.plan[1].inputs == run.plan[1].inputs);
}

TEST_CASE("a launch comes back as it was stored, samples in order and missing values missing") {
  test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  const Run run = make_run();
  store.begin_run(run);
  Launch launch = make_launch(1);
  launch.tracks = {{"time.first_token", "ns", {5, 9}, {100.5, 99}},
                   {"time.inter_token", "ns", {1, 2, 3}, {1, 2, 3}}};
  launch.hot_spots = {{"f(int)", "/bin/w", "f.cpp", 12, {{0x400100, 10, 7, 0x4000f0, 9, "jne 0x4000f0"}}},
                      {"g", "/bin/w", "", 0.5, {}}};
  store.add_launch(run.id, launch);

  const auto all = store.load_launches(run.id, true);
  REQUIRE(all.size() == 1);
  const Launch& back = all[0];
  CHECK(back.id == launch.id);
  CHECK(back.subject == launch.subject);
  CHECK(back.device.fingerprint == launch.device.fingerprint);
  CHECK(back.verified == true);
  CHECK(back.work.operations == launch.work.operations);
  CHECK(back.placement == launch.placement);
  CHECK(back.log == launch.log);
  CHECK(back.peak_rss_bytes == launch.peak_rss_bytes);
  CHECK(back.samples.start_ns == launch.samples.start_ns);
  CHECK(back.samples.end_ns == launch.samples.end_ns);
  CHECK(back.samples.warmup == 12);
  REQUIRE(back.tracks.size() == 2);
  CHECK(back.tracks[0].value == launch.tracks[0].value);
  CHECK(back.tracks[1].offset_ns == launch.tracks[1].offset_ns);
  REQUIRE(back.readings.size() == 2);
  CHECK(back.readings[0].value == 1e6);
  CHECK(back.readings[0].coverage == 0.5);
  CHECK(back.readings[0].better == Better::lower);
  CHECK(back.readings[1].better == Better::neither);
  CHECK_FALSE(back.readings[1].value.has_value());
  CHECK(back.readings[1].state == ReadingState::denied);
  REQUIRE(back.spans.size() == 2);
  CHECK(back.spans[1].end_ns == 90'000'000);
  REQUIRE(back.hot_spots.size() == 2);
  CHECK(back.hot_spots[0].function == "f(int)");
  CHECK(back.hot_spots[0].source == "f.cpp");
  REQUIRE(back.hot_spots[0].listing.size() == 1);
  CHECK(back.hot_spots[0].listing[0].address == 0x400100);
  CHECK(back.hot_spots[0].listing[0].target == 0x4000f0);
  CHECK(back.hot_spots[0].listing[0].text == "jne 0x4000f0");
  CHECK(back.hot_spots[1].source.empty());
  CHECK(back.hot_spots[1].instructions == 0.5);

  CHECK(store.load_launches(run.id, false)[0].samples.size() == 0);
  CHECK(store.load_case(run.id, 0).size() == 1);
  CHECK(store.load_case(run.id, 1).empty());
}

TEST_CASE("summaries are per call, leave the warm-up out, and have no tail for batches") {
  test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  const Run run = make_run();
  store.begin_run(run);
  Launch launch = make_launch(1);
  launch.samples = {};
  launch.samples.start_ns = {0, 100, 200, 300, 400, 500};
  launch.samples.end_ns = {99, 110, 220, 330, 440, 550};
  launch.samples.warmup = 1;
  store.add_launch(run.id, launch);
  launch.id = test::uuid(2, "aaaabbbb");
  launch.index = 1;
  launch.samples.batch = 10;
  store.add_launch(run.id, launch);
  launch.id = test::uuid(3, "aaaabbbb");
  launch.index = 2;
  launch.samples = {};
  store.add_launch(run.id, launch);

  const auto rows = store.load_summaries(run.id);
  REQUIRE(rows.size() == 3);
  REQUIRE(rows[0].call);
  CHECK(rows[0].call->n == 5);
  CHECK(rows[0].call->median_ns == 30);
  CHECK(rows[0].call->mean_ns == 30);
  CHECK(rows[0].call->min_ns == 10);
  CHECK(rows[0].call->max_ns == 50);
  CHECK(rows[0].call->p90_ns.value() == Approx(46));
  REQUIRE(rows[1].call);
  CHECK(rows[1].call->median_ns == 3);
  CHECK_FALSE(rows[1].call->p99_ns);
  CHECK_FALSE(rows[2].call);
}

TEST_CASE(
    "a run is resumed from what is stored: each launch is stored once, a skipped one can be made good") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  const Run run = make_run();
  {
    Store store = Store::open(path, Store::Mode::create);
    store.begin_run(run);
    store.add_launch(run.id, make_launch(1, 0, 0));
    Launch skipped = make_launch(2, 1, 0, 0);
    skipped.status = Status::skipped;
    store.add_launch(run.id, skipped);
  }
  Store store = Store::open(path, Store::Mode::read_write);
  CHECK(store.launches_done(run.id) == std::set<LaunchKey>{{0, 0, "timing"}});
  CHECK(error_of([&] { store.add_launch(run.id, make_launch(3, 0, 0)); }).code == ErrorCode::bad_input);
  CHECK(error_of([&] { store.add_launch(run.id, make_launch(1, 0, 1)); }).code == ErrorCode::bad_input);
  CHECK(error_of([&] { store.add_launch(run.id, make_launch(4, 9, 0)); }).code == ErrorCode::bad_input);
  store.add_launch(run.id, make_launch(5, 1, 0));
  CHECK(store.launches_done(run.id).size() == 2);
  CHECK(store.list_runs()[0].ok == 2);
}

TEST_CASE("a launch that cannot be stored leaves nothing behind") {
  test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  const Run run = make_run();
  store.begin_run(run);
  Launch broken = make_launch(1);
  broken.tracks = {{"time.first_token", "ns", {1, 2, 3}, {1}}};
  CHECK(error_of([&] { store.add_launch(run.id, broken); }).code == ErrorCode::bad_input);
  CHECK(store.load_launches(run.id, true).empty());
  store.add_launch(run.id, make_launch(1));
}

TEST_CASE("runs are found by id, prefix, latest and label, and errors say what could be meant") {
  test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  CHECK_THAT(error_of([&] { store.find_run("latest"); }).what(), Contains("no run yet"));
  Run first = make_run(1, 1, "aaaa1111");
  Run second = make_run(2, 1, "aaaa2222");
  second.labels = {{"branch", "feature"}, {"abcd", "x"}};
  store.begin_run(first);
  store.begin_run(second);
  CHECK(store.find_run("latest") == second.id);
  CHECK(store.find_run("latest~1") == first.id);
  CHECK(store.find_run("aaaa1") == first.id);
  CHECK(store.find_run("AAAA2") == second.id);
  CHECK(store.find_run(first.id) == first.id);
  CHECK(store.find_run("feature") == second.id);
  CHECK(store.find_run("branch=main") == first.id);
  const Error ambiguous = error_of([&] { store.find_run("aaaa"); });
  CHECK_THAT(ambiguous.what(), Contains(first.id) && Contains(second.id));
  CHECK(error_of([&] { store.find_run("latest~2"); }).code == ErrorCode::bad_input);
  CHECK(error_of([&] { store.find_run("latest~x"); }).code == ErrorCode::usage);
  CHECK_THAT(error_of([&] { store.find_run("nothing"); }).remedy, Contains("assay list runs"));
  CHECK(store.list_runs()[0].id == second.id);
  CHECK(store.list_runs()[0].labels == second.labels);
}

TEST_CASE("a process that is killed while it stores loses at most the launch in flight") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  const Run run = make_run(1, 1);
  int pipe_ends[2];
  REQUIRE(pipe(pipe_ends) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    Store store = Store::open(path, Store::Mode::create);
    store.begin_run(run);
    for (unsigned char i = 0;; ++i) {
      store.add_launch(run.id, make_launch(i + 1u, 0, i, 5000));
      if (write(pipe_ends[1], &i, 1) != 1) _exit(1);  // stored, as far as the child knows
    }
  }
  close(pipe_ends[1]);
  unsigned char last = 0;
  for (int i = 0; i < 12; ++i) REQUIRE(read(pipe_ends[0], &last, 1) == 1);
  kill(child, SIGKILL);
  while (read(pipe_ends[0], &last, 1) == 1) {
  }
  close(pipe_ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  const Store store = Store::open(path, Store::Mode::read_write);
  const std::size_t stored = store.launches_done(run.id).size();
  CHECK(stored >= last + 1u);  // the one in flight may have been committed just before
  CHECK(stored <= last + 2u);
  CHECK(store.load_run(run.id).state == "running");
  CHECK(store.load_launches(run.id, true).back().samples.size() == 5000);
}

TEST_CASE("text from outside never becomes SQL") {
  test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  Run run = make_run();
  const std::string evil = "x'); DROP TABLE run; -- \xff";
  run.labels = {{evil, evil}};
  run.host.environment = {{"k", evil}};
  store.begin_run(run);
  Launch launch = make_launch(1);
  launch.reason = evil;
  launch.subject.name = evil;
  store.add_launch(run.id, launch);
  CHECK(store.find_run(evil) == run.id);
  CHECK(store.load_launches(run.id, false)[0].reason == evil);
  CHECK(store.load_launches(run.id, false)[0].subject.name == evil);
}

TEST_CASE("removing a run removes all that belongs to it") {
  test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  const Run run = make_run();
  store.begin_run(run);
  store.add_launch(run.id, make_launch(1));
  store.remove_run(run.id);
  CHECK(store.list_runs().empty());
  auto query = store.database().query("stats_counts");
  REQUIRE(query.step());
  for (int column = 0; column < 7; ++column) CHECK(query.integer(column) == 0);
}

TEST_CASE("every named query can be prepared against a fresh schema and says its parameters and columns") {
  test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  REQUIRE(store_detail::queries().size() > 30);
  for (const auto& file : store_detail::queries()) {
    INFO(file.name);
    CHECK_NOTHROW(store.database().query(std::string(file.name).c_str()));
    CHECK(file.text.find("-- parameters: ") != std::string_view::npos);
    CHECK(file.text.find("-- columns: ") != std::string_view::npos);
  }
}

TEST_CASE("every documented view can be read, and results are the median of the launches' medians") {
  test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  const Run run = make_run();
  store.begin_run(run);
  for (unsigned i = 0; i < 3; ++i) {
    Launch launch = make_launch(i + 1, 0, static_cast<int>(i));
    launch.samples = {};
    launch.samples.start_ns = {0};
    launch.samples.end_ns = {10 * (i + 1)};
    store.add_launch(run.id, launch);
  }
  for (const char* view : {"v_runs", "v_launches", "v_results", "v_readings"}) {
    INFO(view);
    CHECK_NOTHROW(store.database().execute(std::string("SELECT * FROM ") + view));
  }
  CHECK_NOTHROW(
      store.database().execute("CREATE TEMP TABLE t (x CHECK (x = 20)); INSERT INTO t SELECT "
                               "time_wall_p50_ns FROM v_results WHERE launches = 3"));
}

TEST_CASE("a run that cannot be stored is not in progress") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  Store store = Store::open(path, Store::Mode::create);
  store.begin_run(make_run());
  store.finish_run(make_run().id, "complete", 1, {});
  CHECK_THROWS_AS(store.begin_run(make_run()), Error);
  CHECK_FALSE(Store::in_progress(path));
  CHECK_THROWS_AS(store.finish_run("none", "running", std::nullopt, {}), Error);
  CHECK_FALSE(Store::in_progress(path));
}

TEST_CASE("many may ask at once whether a run is in progress: asking is none") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  std::ofstream(path + "-run") << "";  // left by a run that was killed
  std::atomic<int> mistaken{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; ++i) mistaken += Store::in_progress(path) ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(mistaken == 0);
}

TEST_CASE("a run is in progress from its beginning to its end, or to its process's") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  {
    Store store = Store::open(path, Store::Mode::create);
    CHECK_FALSE(Store::in_progress(path));
    store.begin_run(make_run());
    CHECK(Store::in_progress(path));
    std::filesystem::create_symlink(path, folder.file("link.db"));
    CHECK(Store::in_progress(folder.file("link.db")));
    store.finish_run(make_run().id, "interrupted", 1, {});
    CHECK_FALSE(Store::in_progress(path));
    store.finish_run(make_run().id, "running", std::nullopt, {});
    CHECK(Store::in_progress(path));
  }
  CHECK_FALSE(Store::in_progress(path));
  CHECK_FALSE(std::filesystem::exists(path + "-run"));
  std::ofstream(path + "-run") << "somebody's";
  {
    Store store = Store::open(path, Store::Mode::read_write);
    store.finish_run(make_run().id, "running", std::nullopt, {});
    CHECK(Store::in_progress(path));
  }
  CHECK(std::filesystem::file_size(path + "-run") == 10);
  std::filesystem::remove(path + "-run");
  std::filesystem::create_symlink("nowhere", path + "-run");
  CHECK(Store::in_progress(path));  // it cannot be asked
}
