// SPDX-License-Identifier: Apache-2.0
#include "harness/store/calibrations.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "harness/core/error.h"
#include "harness/store/maintenance.h"
#include "harness/store/sqlite.h"
#include "harness/store/transfer.h"
#include "tests/unit/store/fixtures.h"

using namespace assay;

namespace {

Calibration known(const std::string& run, std::int64_t at, const std::string& key = "a.a/x@cpu") {
  Calibration one;
  one.host_class_id = "0123456789ab";
  one.case_key = key;
  one.run = run;
  one.at_utc_ms = at;
  one.judge = 1;
  one.cases = 2;
  one.most_pairs = 60;
  one.sessions = one.comparisons = 3;
  one.pairs = 54;
  one.alarms = 1;
  one.alarmed_sessions = 2;
  one.session_spread = 0.0125;
  one.detectable = 0.1 / 3;
  return one;
}

}  // namespace

TEST_CASE("the newest calibration of each case comes back as it was stored") {
  const test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  Calibration open = known("r3", 5, "a.b/x@cpu");
  open.detectable.reset();
  open.session_spread.reset();
  Calibration elsewhere = known("r4", 99);
  elsewhere.host_class_id = "another";
  add_calibrations(store, std::vector{known("r2", 20), known("r1", 10), open, elsewhere});
  CHECK(load_calibrations(store, "0123456789ab") == std::vector{known("r2", 20), open});
  CHECK(load_calibrations(store, "another") == std::vector{elsewhere});
  CHECK(load_calibrations(store, "none").empty());
  // The same run, worked out again.
  Calibration again = known("r2", 20);
  again.alarms = 0;
  add_calibrations(store, std::vector{again});
  CHECK(load_calibrations(store, "0123456789ab").front() == again);
  CHECK(load_all_calibrations(store).size() == 4);
}

TEST_CASE("calibrations are merged with the runs of a database, once") {
  const test::Folder folder;
  Store source = Store::open(folder.file("a.db"), Store::Mode::create);
  Store target = Store::open(folder.file("b.db"), Store::Mode::create);
  add_calibrations(source, std::vector{known("r1", 10)});
  for (int i = 0; i < 2; ++i) (void)merge(target, source);
  CHECK(load_all_calibrations(target) == std::vector{known("r1", 10)});
}

TEST_CASE("an export of the run that calibrated has what it found; what cannot be is not imported") {
  const test::Folder folder;
  Store source = Store::open(folder.file("a.db"), Store::Mode::create);
  Store target = Store::open(folder.file("b.db"), Store::Mode::create);
  const Run run = test::make_run(1, 1);
  source.begin_run(run);
  source.finish_run(run.id, "complete", run.started_utc_ms + 1, {});
  Calibration open = known(run.id, 10, "a.b/x@cpu");
  open.detectable.reset();
  add_calibrations(source, std::vector{known(run.id, 10), open, known("another", 5)});
  std::stringstream file;
  export_run(source, run.id, file);
  std::string text = file.str();
  for (int i = 0; i < 2; ++i) {
    std::istringstream in(text);
    import_runs(target, in, "x.json");
  }
  CHECK(load_all_calibrations(target) == std::vector{known(run.id, 10), open});
  text.replace(text.find("\"alarms\":1"), 10, "\"alarms\":9");
  std::istringstream in(text);
  CHECK_THROWS_AS(import_runs(target, in, "x.json"), Error);
}

TEST_CASE("a calibration that cannot have been made is refused") {
  const test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  const std::string broken =
      GENERATE("alarms = 9", "alarms = -1", "sessions = -5", "detectable = -1", "session_spread = 9e999");
  add_calibrations(store, std::vector{known("r1", 10)});
  store.database().execute("UPDATE calibration SET " + broken);
  CHECK_THROWS_AS(load_calibrations(store, "0123456789ab"), Error);
}
