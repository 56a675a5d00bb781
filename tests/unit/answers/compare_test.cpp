// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/compare.h"

#include <catch2/catch.hpp>

#include "harness/judge/paired.h"
#include "harness/store/calibrations.h"
#include "tests/unit/store/fixtures.h"

using namespace assay;

namespace {

/// A run of version 2 of a workload, six launches of about that median.
void add_run(Store& store, unsigned number, double median_ns, const std::string& machine_code) {
  Run run = test::make_run(number, 1);
  run.plan[0].value.params["v"] = std::int64_t{2};
  store.begin_run(run);
  for (int index = 0; index < 6; ++index) {
    Launch launch = test::make_launch(10 * number + static_cast<unsigned>(index), 0, index, 120, median_ns);
    launch.machine_code = machine_code;
    store.add_launch(run.id, launch);
  }
  store.finish_run(run.id, "complete", run.started_utc_ms + 1, {});
}

}  // namespace

TEST_CASE("two runs are judged by the calibration of that very case, its version included") {
  const test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  add_run(store, 1, 50'000, "c0de");
  add_run(store, 2, 100'000, "changed");
  add_run(store, 3, 100'000, "c0de");
  const auto time = [&](unsigned candidate = 2) {
    const Comparison comparison = compare(store, test::uuid(1), store, test::uuid(candidate));
    for (const Verdict& verdict : comparison.pairs.at(0).verdicts) {
      if (verdict.metric == "time.wall.p50") return verdict;
    }
    return Verdict{};
  };
  CHECK(time().rule == "session");
  CHECK(time().outcome == Outcome::undecided);
  CHECK(time().cause == "uncalibrated");
  Calibration known;
  known.run = "r";
  known.host_class_id = store.load_run(test::uuid(2)).host.class_id();
  known.case_key = to_string(store.load_run(test::uuid(2)).plan[0].value);
  known.judge = paired_judge_version;
  known.sessions = known.comparisons = 8;
  known.session_spread = 0.01;
  add_calibrations(store, std::vector{known});
  CHECK(known.case_key.find("v=2") != std::string::npos);
  CHECK(time().outcome == Outcome::slower);
  CHECK(time().cause.empty());
  CHECK(time(3).outcome == Outcome::undecided);  // nobody changed what it executes
  CHECK(time(3).cause == "layout");
}
