// SPDX-License-Identifier: Apache-2.0
#include "harness/store/history.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/core/error.h"
#include "harness/core/privacy.h"
#include "harness/store/maintenance.h"
#include "harness/store/transfer.h"
#include "tests/unit/store/fixtures.h"

using namespace assay;
using Catch::Matchers::Contains;
using test::make_launch;
using test::make_run;

namespace {

Commit commit() {
  Commit commit;
  commit.id = std::string(40, '1');
  commit.parents = {std::string(40, '2')};
  commit.author = "Ada Lovelace";
  commit.subject = "Say '\"; DROP TABLE run; --' \xff on secret-host";
  commit.committed_utc_ms = -5000;
  commit.place = 17;
  commit.line = {std::string(40, '2'), std::string(40, '3')};
  return commit;
}

TriageEvent event(unsigned number = 1) {
  return {test::uuid(number, "eeee0000"),
          "0123456789",
          "a series",
          commit().id,
          "llm.gemv/simd?rows=1024@cpu",
          1000 + number,
          "ignored",
          "why not",
          std::nullopt,
          "Ada Lovelace"};
}

Run run_with_commit() {
  Run run = make_run();
  run.commit = commit();
  return run;
}

Store filled(const std::string& path) {
  Store store = Store::open(path, Store::Mode::create);
  store.begin_run(run_with_commit());
  for (int i = 0; i < 2; ++i)
    store.add_launch(make_run().id, make_launch(static_cast<unsigned>(i), i, 0, 12));
  store.finish_run(make_run().id, "complete", 1'800'000'000'000, {});
  CHECK(add_triage(store, event()));
  return store;
}

}  // namespace

TEST_CASE("a run comes back with its commit, and one without has none") {
  test::Folder folder;
  Store store = filled(folder.file("a.db"));
  CHECK(store.load_run(make_run().id).commit == commit());
  store.begin_run(make_run(2));
  CHECK_FALSE(store.load_run(make_run(2).id).commit);
  Run shallow = make_run(3);
  shallow.commit = commit();
  shallow.commit->place.reset();
  shallow.commit->line.clear();
  shallow.commit->changed = true;
  store.begin_run(shallow);
  CHECK(store.load_run(shallow.id).commit == shallow.commit);
  store.remove_run(shallow.id);
  CHECK(store.load_run(make_run().id).commit);
}

TEST_CASE("a part of a plan is loaded alone") {
  test::Folder folder;
  const Store store = filled(folder.file("a.db"));
  CHECK(store.load_run(make_run().id, {1, 1}).plan.size() == 1);
  CHECK(store.load_run(make_run().id).plan.size() == 2);
  const auto launches = store.load_summaries(make_run().id, {1, 1});
  REQUIRE(launches.size() == 1);
  CHECK(launches[0].launch.subject.name == "assay");
  CHECK(launches[0].launch.device.name == "cpu");
}

TEST_CASE("runs are found by their cases") {
  test::Folder folder;
  Store store = filled(folder.file("a.db"));
  store.begin_run(make_run(2, 1));
  const auto simd =
      runs_with(store, [](const Case& value, const Params&) { return value.implementation == "simd"; });
  REQUIRE(simd.size() == 2);
  CHECK(simd.at(make_run().id) == std::set<std::int64_t>{0});
  const auto reference =
      runs_with(store, [](const Case& value, const Params&) { return value.implementation == "reference"; });
  REQUIRE(reference.size() == 1);
  CHECK(reference.at(make_run().id) == std::set<std::int64_t>{1});
  CHECK(runs_with(store, [](const Case&, const Params& params) { return params.contains("scale"); }).size() ==
        2);
  CHECK(runs_with(store, [](const Case&, const Params&) { return false; }).empty());
}

TEST_CASE("triage events are added once, in any order, and never of an unknown kind") {
  test::Folder folder;
  Store store = filled(folder.file("a.db"));
  CHECK_FALSE(add_triage(store, event()));
  TriageEvent earlier = event(0);
  earlier.until_utc_ms = 77;
  CHECK(add_triage(store, earlier));
  CHECK(load_triage(store) == std::vector{earlier, event()});
  TriageEvent strange = event(3);
  strange.kind = "fixed";
  CHECK_THROWS_AS(add_triage(store, strange), Error);
  CHECK(load_triage(store).size() == 2);
}

TEST_CASE("commits and decisions come along in merges and exports") {
  test::Folder folder;
  const Store source = filled(folder.file("a.db"));
  Store merged = Store::open(folder.file("b.db"), Store::Mode::create);
  CHECK(merge(merged, source).events_added == 1);
  CHECK(merge(merged, source).events_added == 0);
  CHECK(merged.load_run(make_run().id).commit == commit());
  CHECK(load_triage(merged) == std::vector{event()});

  std::stringstream file;
  export_run(source, make_run().id, file, {.identify = true});
  Store imported = Store::open(folder.file("c.db"), Store::Mode::create);
  CHECK(import_runs(imported, file, "x").events_added == 1);
  Commit expected = commit();
  expected.subject = "Say '\"; DROP TABLE run; --' \xEF\xBF\xBD on secret-host";  // JSON has no other bytes
  CHECK(imported.load_run(make_run().id).commit == expected);
  CHECK(load_triage(imported) == std::vector{event()});
}

TEST_CASE("an export carries the decisions about its own cases alone") {
  test::Folder folder;
  Store source = filled(folder.file("a.db"));
  TriageEvent other = event(5);
  other.case_key = "secret.project/plain@cpu";
  CHECK(add_triage(source, other));
  std::stringstream file;
  export_run(source, make_run().id, file);
  CHECK_THAT(file.str(), !Contains("secret.project"));
  CHECK(load_triage(source, make_run().id).size() == 1);
  CHECK(load_triage(source).size() == 2);
}

TEST_CASE("a whole import leaves nothing of a broken file, not even launches of a run that was there") {
  test::Folder folder;
  const Store source = filled(folder.file("a.db"));
  std::stringstream file;
  export_run(source, make_run().id, file);
  const std::string text = file.str();
  const std::size_t last = text.rfind('\n', text.size() - 2) + 1;
  Store target = Store::temporary();
  std::stringstream cut(text.substr(0, last));
  CHECK_THROWS_AS(import_runs(target, cut, "x"), Error);
  CHECK(target.list_runs().empty());
  CHECK(load_triage(target).empty());
  Run begun = run_with_commit();
  begun.state = "interrupted";
  target.begin_run(begun);
  std::stringstream again(text.substr(0, last));
  CHECK_THROWS_AS(import_runs(target, again, "x"), Error);
  CHECK(target.load_summaries(make_run().id).empty());
  std::stringstream whole(text);
  CHECK(import_runs(target, whole, "x").launches_added == 2);
  CHECK(target.load_summaries(make_run().id).size() == 2);
}

TEST_CASE("people have pseudonyms in an export, the same wherever it is exported again") {
  test::Folder folder;
  const Store source = filled(folder.file("a.db"));
  std::stringstream file;
  export_run(source, make_run().id, file);
  const std::string ada = pseudonym("Ada Lovelace", "person");
  CHECK(ada.starts_with("person-"));
  CHECK_THAT(file.str(), !Contains("Lovelace") && !Contains("secret-host") && Contains(ada));
  Store target = Store::open(folder.file("b.db"), Store::Mode::create);
  (void)import_runs(target, file, "x");
  CHECK(target.load_run(make_run().id).commit->author == ada);
  CHECK(load_triage(target).at(0).person == ada);
  std::stringstream again;
  export_run(target, make_run().id, again);
  CHECK_THAT(again.str(), Contains("\"" + ada + "\"") && Contains("\"" + pseudonym("secret-host") + "\""));
}

TEST_CASE("exports of earlier versions have no commit, and one with a strange commit is refused") {
  test::Folder folder;
  const Store source = filled(folder.file("a.db"));
  std::stringstream file;
  export_run(source, make_run().id, file);
  std::string head;
  std::getline(file, head);
  const auto import_head = [&](const nlohmann::json& json) {
    Store target = Store::temporary();
    std::stringstream in(json.dump() + "\n");
    (void)import_runs(target, in, "x");
    return target.load_run(make_run().id).commit;
  };
  nlohmann::json json = nlohmann::json::parse(head);
  json["launches"] = 0;
  nlohmann::json old = json;
  old["run"].erase("commit"), old.erase("triage");
  CHECK_FALSE(import_head(old));
  CHECK(import_head(json));
  for (const char* id : {"", "abc", "../../../../../../../../../../etc/passwd", "$(reboot)"}) {
    nlohmann::json strange = json;
    strange["run"]["commit"]["id"] = id;
    CHECK_THROWS_AS(import_head(strange), Error);
    strange = json;
    strange["run"]["commit"]["line"][0] = id;
    CHECK_THROWS_AS(import_head(strange), Error);
  }
  nlohmann::json strange = json;
  strange["run"]["commit"]["place"] = 0;
  CHECK_THROWS_AS(import_head(strange), Error);
  strange = json;
  strange["run"]["commit"]["line"] = std::vector<std::string>(1000, commit().id);
  CHECK_THROWS_AS(import_head(strange), Error);
  strange = json;
  strange["triage"][0]["kind"] = "fixed";
  CHECK_THROWS_AS(import_head(strange), Error);
}
