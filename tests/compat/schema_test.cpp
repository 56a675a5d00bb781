// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "harness/answers/compare.h"
#include "harness/answers/history.h"
#include "harness/store/calibrations.h"
#include "harness/store/history.h"
#include "harness/store/maintenance.h"
#include "harness/store/sql.h"
#include "harness/store/sqlite.h"
#include "tests/compat/fixture.h"
#include "tests/unit/store/fixtures.h"

using namespace assay;

namespace {

std::string source_folder() {
  const char* folder = std::getenv("ASSAY_SOURCE_DIR");
  return folder == nullptr ? "." : folder;
}

/// A copy of a released schema's fixture, brought up to date.
std::string migrated_copy(const test::Folder& folder, const std::string& name) {
  const std::string copy = folder.file(name);
  std::filesystem::copy_file(source_folder() + "/tests/compat/" + name, copy);
  (void)migrate_database(copy);
  return copy;
}

}  // namespace

TEST_CASE("a database of every schema is read in full by today's code") {
  const int schema = GENERATE(range(1, static_cast<int>(store_detail::schema().size()) + 1));
  test::Folder folder;
  const std::string path = migrated_copy(folder, "schema_000" + std::to_string(schema) + ".sqlite");
  const CheckReport report = check_database(path);
  CHECK(report.ok());
  CHECK(report.launches == 18);
  const Store store = Store::open(path, Store::Mode::read_only);
  REQUIRE(store.list_runs().size() == 2);
  CHECK(load_triage(store) == (schema < 5 ? std::vector<TriageEvent>{} : std::vector{test::fixture_event()}));
  const auto calibrations = load_calibrations(store, test::fixture_calibration().host_class_id);
  CHECK(calibrations == (schema < 6 ? std::vector<Calibration>{} : std::vector{test::fixture_calibration()}));
  for (const Run& expected : test::fixture_runs()) {
    const Run run = store.load_run(expected.id);
    CHECK(run.host.host_class == expected.host.host_class);
    CHECK(run.commit == (schema < 5 ? std::nullopt : std::optional(test::fixture_commit())));
    CHECK(run.settings.suite == "quick");
    CHECK(run.plan.at(1).value == expected.plan[1].value);
    CHECK(run.plan.at(1).params == expected.plan[1].params);
    CHECK(run.probes.at(0).probe.remedy == expected.probes[0].probe.remedy);
    const auto launches = store.load_launches(run.id, true);
    const auto wanted = test::fixture_launches(run);
    REQUIRE(launches.size() == wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      CHECK(launches[i].id == wanted[i].id);
      CHECK(launches[i].status == wanted[i].status);
      CHECK(launches[i].log == wanted[i].log);
      CHECK(launches[i].machine_code == (schema < 7 ? "" : test::fixture_machine_code));
      CHECK(launches[i].samples.start_ns == wanted[i].samples.start_ns);
      CHECK(launches[i].samples.end_ns == wanted[i].samples.end_ns);
      REQUIRE(launches[i].tracks.size() == wanted[i].tracks.size());
      if (!wanted[i].tracks.empty()) CHECK(launches[i].tracks[0].value == wanted[i].tracks[0].value);
      REQUIRE(launches[i].readings.size() == wanted[i].readings.size());
      if (wanted[i].readings.empty()) continue;
      CHECK_FALSE(launches[i].readings[1].value);
      CHECK(launches[i].readings[0].better == Better::lower);
    }
  }
}

TEST_CASE("the newest run of an older database is the one that began last, in whatever order they came in") {
  const std::string name = GENERATE("schema_0001.sqlite", "schema_0002.sqlite");
  test::Folder folder;
  const std::string copy = folder.file(name);
  std::filesystem::copy_file(source_folder() + "/tests/compat/" + name, copy);
  const auto runs = test::fixture_runs();
  store_detail::Database(copy, true, false)
      .execute("UPDATE run SET started_utc_ms = started_utc_ms + 1000000000 WHERE run_id = '" + runs[0].id +
               "'");
  (void)migrate_database(copy);
  const Store store = Store::open(copy, Store::Mode::read_only);
  CHECK(store.find_run("latest") == runs[0].id);
  CHECK(store.list_runs().front().id == runs[0].id);
}

TEST_CASE("runs of an older database have a history by their time") {
  test::Folder folder;
  History history({});
  history.add(Store::open(migrated_copy(folder, "schema_0004.sqlite"), Store::Mode::read_only));
  CHECK(history.run_count() == 2);
  CHECK(history.runs_without_commit() == 2);
  const auto series = history.series();
  REQUIRE(series.size() == 4);  // two cases, time and instructions
  CHECK(series[0].points.size() == 2);
}

TEST_CASE("runs of a database of schema 1 are compared by today's judge") {
  test::Folder folder;
  const Store store = Store::open(migrated_copy(folder, "schema_0001.sqlite"), Store::Mode::read_only);
  const Comparison comparison = compare(store, store.find_run("main"), store, store.find_run("feature"));
  REQUIRE(comparison.pairs.size() == 3);
  CHECK(comparison.pairs[0].headline()->outcome == Outcome::undecided);
  CHECK(comparison.pairs[0].headline()->ratio.value() == Approx(1).margin(0.05));
  CHECK(comparison.pairs[2].headline()->rule == "status");
}
