// SPDX-License-Identifier: Apache-2.0
#include "harness/store/maintenance.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/core/error.h"
#include "harness/core/privacy.h"
#include "harness/store/absorb.h"
#include "harness/store/sqlite.h"
#include "harness/store/transfer.h"
#include "tests/unit/store/fixtures.h"

using namespace assay;
using Catch::Matchers::Contains;
using test::make_launch;
using test::make_run;

namespace {

/// A store with one run of two cases: three launches, one with a track.
Store filled(const std::string& path) {
  Store store = Store::open(path, Store::Mode::create);
  const Run run = make_run();
  store.begin_run(run);
  Launch launch = make_launch(1, 0, 0);
  launch.tracks = {{"time.first_token", "ns", {5, 9}, {100.5, 99}}};
  launch.log = "see /home/alice/x on secret-host \xff";
  store.add_launch(run.id, launch);
  store.add_launch(run.id, make_launch(2, 0, 1));
  store.add_launch(run.id, make_launch(3, 1, 0));
  store.finish_run(run.id, "complete", 1'700'000'100'000, {});
  return store;
}

}  // namespace

TEST_CASE("a sound database passes the check") {
  test::Folder folder;
  { filled(folder.file("a.db")); }
  const CheckReport report = check_database(folder.file("a.db"));
  CHECK(report.problems.empty());
  CHECK(report.runs == 1);
  CHECK(report.launches == 3);
  CHECK(report.samples == 360);
}

TEST_CASE("checking a database that is not there is an error, not a damaged database") {
  test::Folder folder;
  CHECK_THROWS_AS(check_database(folder.file("none.db")), Error);
}

TEST_CASE("the check names the launch whose samples are damaged, and cases without a launch") {
  test::Folder folder;
  {
    Store store = filled(folder.file("a.db"));
    store.database().execute("UPDATE sample_block SET data = zeroblob(length(data)) WHERE launch_key = 2");
    store.database().execute("DELETE FROM launch WHERE launch_key = 3");
  }
  const CheckReport report = check_database(folder.file("a.db"));
  REQUIRE(report.problems.size() == 2);
  CHECK_THAT(report.problems[0], Contains(test::uuid(2, "aaaabbbb")) && Contains("damaged"));
  CHECK_THAT(report.problems[1], Contains("no launch"));
}

TEST_CASE("the check finds a stored summary that is not that of the samples") {
  test::Folder folder;
  const char* const damage =
      GENERATE("call_median_ns = call_median_ns / 2", "call_p99_ns = -5", "call_n = NULL");
  {
    filled(folder.file("a.db"))
        .database()
        .execute(std::string("UPDATE launch SET ") + damage + " WHERE launch_key = 2");
  }
  const CheckReport report = check_database(folder.file("a.db"));
  REQUIRE(report.problems.size() == 1);
  CHECK_THAT(report.problems[0], Contains(test::uuid(2, "aaaabbbb")) && Contains("not that of its samples"));
}

TEST_CASE("hot spots that no tool counted are not believed") {
  test::Folder folder;
  Store store = filled(folder.file("a.db"));
  const char* const listing = GENERATE("[[8,-1,0,0,0,\"\"]]", "[[8,1e300,0,0,0,\"\"]]", "[[8,1,-2,0,0,\"\"]]",
                                       "[[8,1,0,0,0,\"\"],[4,1,0,0,0,\"\"]]");
  store.database().execute("INSERT INTO hot_spot VALUES (1, 0, 'f', 'o', NULL, 1, '" + std::string(listing) +
                           "')");
  const CheckReport report = check_database(folder.file("a.db"));
  REQUIRE(report.problems.size() == 1);
  CHECK_THAT(report.problems[0], Contains("its hot spot f has"));
}

TEST_CASE("what is imported or merged has UUIDs for names") {
  test::Folder folder;
  const Store source = filled(folder.file("a.db"));
  std::stringstream file;
  export_run(source, make_run().id, file);
  std::string text = file.str();
  text.replace(text.find(make_run().id), 36, "\\u001b]0;pwned\\u0007");
  std::stringstream hostile(text);
  Store target = Store::open(folder.file("b.db"), Store::Mode::create);
  CHECK_THROWS_WITH(import_runs(target, hostile, "a.json"), Contains("no UUID") && !Contains("\x1b"));
  CHECK(target.list_runs().empty());
}

TEST_CASE("the check reports a file with damaged pages instead of failing") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  {
    Store store = filled(path);
    for (int i = 1; i < 20; ++i)
      store.add_launch(make_run().id, make_launch(static_cast<unsigned>(i + 10), 1, i, 2000));
    store.database().execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(path) / 2));
    file.write(std::string(8192, '\x5a').data(), 8192);
  }
  CHECK_FALSE(check_database(path).ok());
}

TEST_CASE("merging twice changes nothing the second time, and launches of a resumed run are added") {
  test::Folder folder;
  Store source = filled(folder.file("a.db"));
  Store target = Store::open(folder.file("b.db"), Store::Mode::create);
  MergeReport report = merge(target, source);
  CHECK(report.runs_added == 1);
  CHECK(report.launches_added == 3);
  source.add_launch(make_run().id, make_launch(4, 1, 1));
  report = merge(target, source);
  CHECK(report.runs_added == 0);
  CHECK(report.launches_added == 1);
  CHECK(report.launches_known == 3);
  report = merge(target, source);
  CHECK(report.launches_added == 0);
  CHECK(report.conflicts.empty());
  CHECK(target.load_run(make_run().id).state == "complete");
  source.database().execute("UPDATE reading SET value = value + 1 WHERE launch_key = 2");
  source.database().execute("UPDATE run SET started_utc_ms = started_utc_ms + 1");
  report = merge(target, source);
  CHECK(report.launches_added == 0);
  REQUIRE(report.conflicts.size() == 2);
  CHECK_THAT(report.conflicts[0], Contains("began at another time"));
  CHECK_THAT(report.conflicts[1], Contains("with other figures") && Contains(test::uuid(2, "aaaabbbb")));
  const auto ours = target.load_case(make_run().id, 0);
  CHECK(ours[0].samples.start_ns == make_launch(1).samples.start_ns);
  CHECK_THROWS_AS(merge(target, target), Error);
}

TEST_CASE("a launch whose place is taken by another one is a conflict, not a loss of either") {
  test::Folder folder;
  Store source = filled(folder.file("a.db"));
  Store target = Store::open(folder.file("b.db"), Store::Mode::create);
  target.begin_run(make_run());
  target.add_launch(make_run().id, make_launch(9, 0, 0));
  const MergeReport report = merge(target, source);
  CHECK(report.launches_added == 2);
  REQUIRE(report.conflicts.size() == 1);
  CHECK(target.load_case(make_run().id, 0)[0].id == test::uuid(9, "aaaabbbb"));
}

TEST_CASE("pruning keeps the newest and those that still run; compacting gives the space back") {
  test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  for (unsigned i = 1; i <= 4; ++i) {
    const Run run = make_run(i);
    store.begin_run(run);
    store.add_launch(run.id, make_launch(i, 0, 0, 20'000));
    if (i != 1) store.finish_run(run.id, "complete", run.started_utc_ms + 1, {});
  }
  CHECK(prune(store, std::nullopt, 2, true).size() == 1);
  CHECK(store.list_runs().size() == 4);
  CHECK(prune(store, make_run(3).started_utc_ms, 0) == std::vector<std::string>{test::uuid(2)});
  CHECK(prune(store, std::nullopt, 1) == std::vector<std::string>{test::uuid(3)});
  CHECK(prune(store, std::nullopt, 0, true, "another-host").size() == 1);
  CHECK(prune(store, std::nullopt, 0, true, make_run(1).host.name).size() ==
        2);  // nothing runs there: it was killed
  const StoreStats before = store_stats(store);
  CHECK(before.runs == 2);
  CHECK(before.samples == 40'000);
  CHECK(before.free_bytes > 40'000);
  const CompactReport report = compact(store);
  CHECK(report.after_bytes < report.before_bytes);
  CHECK(store_stats(store).free_bytes == 0);
  CHECK(store.list_runs().size() == 2);
  CHECK(estimate_bytes(store, 10, 100'000) > 100'000);
  CHECK(estimate_bytes(store, 10, 100'000) < 1'000'000);
}

TEST_CASE("an exported run comes back whole, sample by sample") {
  test::Folder folder;
  const Store source = filled(folder.file("a.db"));
  std::stringstream file;
  export_run(source, make_run().id, file, {.identify = true, .with_samples = true});
  Store target = Store::open(folder.file("b.db"), Store::Mode::create);
  const MergeReport report = import_runs(target, file, "a.json");
  CHECK(report.launches_added == 3);
  const Run run = target.load_run(make_run().id);
  CHECK(run.host.name == "secret-host");
  CHECK(run.plan[0].params == make_run().plan[0].params);
  CHECK(run.settings.more == make_run().settings.more);
  CHECK(run.probes[0].probe.reason == make_run().probes[0].probe.reason);
  const auto old_launches = source.load_launches(run.id, true);
  const auto new_launches = target.load_launches(run.id, true);
  REQUIRE(new_launches.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(new_launches[i].samples.start_ns == old_launches[i].samples.start_ns);
    CHECK(new_launches[i].samples.end_ns == old_launches[i].samples.end_ns);
    CHECK(new_launches[i].samples.warmup == old_launches[i].samples.warmup);
    CHECK(new_launches[i].log == old_launches[i].log);
    CHECK(new_launches[i].subject == old_launches[i].subject);
    CHECK(new_launches[i].readings[0].better == Better::lower);
    CHECK(new_launches[i].readings[1].state == ReadingState::denied);
    CHECK_FALSE(new_launches[i].readings[1].value);
  }
  CHECK(new_launches[0].tracks.at(0).value == old_launches[0].tracks.at(0).value);
  file.clear();
  file.seekg(0);
  CHECK(import_runs(target, file, "a.json").launches_added == 0);
}

TEST_CASE("an export names neither host nor user unless asked") {
  test::Folder folder;
  const Store source = filled(folder.file("a.db"));
  std::stringstream file;
  export_run(source, make_run().id, file);
  CHECK_THAT(file.str(), !Contains("secret-host") && !Contains("alice"));
  CHECK_THAT(file.str(), Contains(pseudonym("secret-host")));
  Store target = Store::open(folder.file("b.db"), Store::Mode::create);
  CHECK(import_runs(target, file, "a.json").launches_added == 3);
}

TEST_CASE("a broken export is refused with file, line and byte, and nothing of it is stored") {
  test::Folder folder;
  const Store source = filled(folder.file("a.db"));
  std::stringstream file;
  export_run(source, make_run().id, file);
  std::string text = file.str();
  const std::size_t second = text.find('\n') + 1;
  const std::size_t third = text.find('\n', second) + 1;
  for (const std::string broken : {"{\"launch\": {}}", "{", "[1]", "{\"launch\": {\"id\": 7}}"}) {
    Store target = Store::open(folder.file("b.db"), Store::Mode::create);
    std::stringstream bad(text.substr(0, third) + broken);
    try {
      import_runs(target, bad, "x.json");
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.code == ErrorCode::bad_input);
      CHECK_THAT(error.what(), Contains("x.json:3"));
      if (broken == "{")
        CHECK_THAT(error.what(), Contains("no JSON at byte " + std::to_string(third + 2) + " of the file"));
      CHECK_FALSE(error.remedy.empty());
    }
    CHECK(target.list_runs().empty());
  }
  Store target = Store::open(folder.file("c.db"), Store::Mode::create);
  std::stringstream empty;
  CHECK_THROWS_AS(import_runs(target, empty, "x.json"), Error);
}

namespace {

/// The lines of an export of `filled()`, each as it was.
std::vector<nlohmann::json> exported_lines(const Store& source) {
  std::stringstream file;
  export_run(source, make_run().id, file);
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

std::string import_error(Store& target, const std::vector<nlohmann::json>& lines) {
  std::stringstream file;
  for (const auto& line : lines) file << line.dump() << '\n';
  try {
    import_runs(target, file, "x.json");
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::bad_input);
    CHECK_FALSE(error.remedy.empty());
    return error.what();
  }
  return "";
}

/// Launches as they cannot have been measured; the second of case 0 is the one that is changed.
struct Lie {
  const char* says;
  std::function<void(Launch&)> tell;
};
const std::vector<Lie>& lies() {
  static const std::vector<Lie> all{
      {"verified is false", [](Launch& l) { l.verified = false; }},
      {"lies at",
       [](Launch& l) {
         for (auto& end : l.samples.end_ns) end = -end;
       }},
      {"take 0 ns", [](Launch& l) { l.samples.end_ns = l.samples.start_ns; }},
      {"before it starts", [](Launch& l) { std::swap(l.samples.start_ns, l.samples.end_ns); }},
      {"units 512", [](Launch& l) { l.work.units /= 2; }},
      {"units of a call are 1e+300", [](Launch& l) { l.work.units = 1e300; }},
      {"unit of work is 'frames'", [](Launch& l) { l.unit_of_work = "frames"; }},
      {"accuracy is 'q8'", [](Launch& l) { l.accuracy = "q8"; }},
      {"input has the digest crc32:00000000", [](Launch& l) { l.input_digest = "crc32:00000000"; }}};
  return all;
}

/// A store whose launch 2 tells that lie, as a changed program or database would have it.
Store lying(const std::string& path, const Lie& lie) {
  Store store = Store::open(path, Store::Mode::create);
  store.begin_run(make_run());
  store.add_launch(make_run().id, make_launch(1, 0, 0));
  Launch launch = make_launch(2, 0, 1);
  lie.tell(launch);
  store.add_launch(make_run().id, launch);
  store.add_launch(make_run().id, make_launch(3, 1, 0));
  store.finish_run(make_run().id, "complete", 1'700'000'100'000, {});
  return store;
}

}  // namespace

TEST_CASE(
    "launches that cannot have been measured are neither imported nor merged, and the check names them") {
  for (const Lie& lie : lies()) {
    CAPTURE(lie.says);
    test::Folder folder;
    const Store source = lying(folder.file("a.db"), lie);
    const std::string id = test::uuid(2, "aaaabbbb");
    Store target = Store::open(folder.file("b.db"), Store::Mode::create);
    CHECK_THAT(import_error(target, exported_lines(source)),
               Contains("x.json:3") && Contains(id) && Contains("llm.gemv/simd") && Contains(lie.says));
    CHECK(target.list_runs().empty());
    Store merged = Store::open(folder.file("c.db"), Store::Mode::create);
    CHECK_THROWS_WITH(merge(merged, source), Contains("a.db") && Contains(id) && Contains(lie.says));
    const CheckReport report = check_database(folder.file("a.db"));
    REQUIRE(report.problems.size() == 1);
    CHECK_THAT(report.problems[0], Contains(id) && Contains(lie.says));
  }
}

TEST_CASE("lists of an export that differ in length are refused") {
  test::Folder folder;
  const Store source = filled(folder.file("a.db"));
  const auto refused = [&](const std::function<void(nlohmann::json&)>& change) {
    auto lines = exported_lines(source);
    change(lines[1]["launch"]);
    Store target = Store::open(folder.file("b.db"), Store::Mode::create);
    return import_error(target, lines);
  };
  for (const char* status : {"ok", "failed"}) {
    const auto samples = [&](const char* list) {
      return refused([&](auto& l) { l["status"] = status, l["samples"][list] = {1, 2}; });
    };
    CHECK_THAT(samples("end_ns"), Contains("2 ends"));
    CHECK_THAT(samples("scheduled_ns"), Contains("2 scheduled"));
  }
  CHECK_THAT(refused([](auto& l) { l["tracks"][0]["offset_ns"].erase(0); }), Contains("time.first_token"));
}

TEST_CASE("an export that is cut says how many launches are missing, and is not taken") {
  test::Folder folder;
  const Store source = filled(folder.file("a.db"));
  Store target = Store::open(folder.file("b.db"), Store::Mode::create);
  const auto whole = exported_lines(source);
  CHECK_THAT(import_error(target, {whole[0], whole[1], whole[2]}), Contains("x.json") && Contains("2 of 3"));
  CHECK(target.list_runs().empty());
  CHECK(import_error(target, whole).empty());
  CHECK(target.load_launches(make_run().id, false).size() == 3);
  CHECK(target.load_run(make_run().id).state == "complete");
  CHECK(import_error(target, {whole[0], whole[1]}) != "");  // and what is whole stays so
  CHECK(target.load_run(make_run().id).state == "complete");
}

TEST_CASE("two that bring in the same run at the same time share its launches, and both say what is true") {
  test::Folder folder;
  const Store source = filled(folder.file("a.db"));
  Store first = Store::open(folder.file("b.db"), Store::Mode::create);
  Store second = Store::open(folder.file("b.db"), Store::Mode::create);
  store_detail::Absorber one(first);
  store_detail::Absorber two(second);
  const Run run = source.load_run(make_run().id);
  const auto launches = source.load_launches(run.id, true);
  one.run(run);
  two.run(run);
  one.launch(launches[0]);
  two.launch(launches[0]);
  two.launch(launches[1]);
  one.launch(launches[1]);
  one.launch(launches[2]);
  two.launch(launches[2]);
  one.finish();
  two.finish();
  CHECK(one.report().launches_added == 2);
  CHECK(one.report().launches_known == 1);
  CHECK(two.report().launches_added == 1);
  CHECK(two.report().launches_known == 2);
  CHECK(one.report().runs_added + two.report().runs_added == 1);
  CHECK(one.report().conflicts.empty());
  CHECK(two.report().conflicts.empty());
  CHECK(first.load_run(run.id).state == "complete");
}

TEST_CASE("an old run that is imported is not the newest, and pruning takes it first") {
  test::Folder folder;
  Store source = Store::open(folder.file("a.db"), Store::Mode::create);
  source.begin_run(make_run(1));
  source.finish_run(test::uuid(1), "complete", 1, {});
  for (const bool by_merge : {false, true}) {
    Store target = Store::open(folder.file(by_merge ? "b.db" : "c.db"), Store::Mode::create);
    target.begin_run(make_run(5));
    target.finish_run(test::uuid(5), "complete", 1, {});
    if (by_merge) {
      merge(target, source);
    } else {
      std::stringstream file;
      export_run(source, test::uuid(1), file);
      import_runs(target, file, "x.json");
    }
    CHECK(target.find_run("latest") == test::uuid(5));
    CHECK(target.find_run("branch=main") == test::uuid(5));
    CHECK(target.list_runs().at(1).id == test::uuid(1));
    CHECK(prune(target, std::nullopt, 1) == std::vector<std::string>{test::uuid(1)});
  }
}

TEST_CASE(
    "a run measured here is the newest though the clock was set back, or a run from the future is here") {
  test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  store.begin_run(make_run(9), Store::Origin::elsewhere);
  store.begin_run(make_run(3));
  CHECK(store.find_run("latest") == test::uuid(3));
  store.begin_run(make_run(1));
  CHECK(store.find_run("latest") == test::uuid(1));
  CHECK(store.find_run("latest~1") == test::uuid(3));
  CHECK(store.load_run(test::uuid(1)).started_utc_ms == make_run(1).started_utc_ms);
}
