// SPDX-License-Identifier: Apache-2.0
// make_fixture FILE: writes the database that tests/compat/schema_test.cpp reads. The same seeds give the
// same runs.
#include <cstdio>
#include <exception>
#include <vector>

#include "harness/store/calibrations.h"
#include "harness/store/history.h"
#include "harness/store/maintenance.h"
#include "harness/store/sqlite.h"
#include "tests/compat/fixture.h"

int main(int argc, char** argv) {
  using namespace assay;
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_fixture FILE\n");
    return 2;
  }
  try {
    Store store = Store::open(argv[1], Store::Mode::create);
    add_triage(store, test::fixture_event());
    add_calibrations(store, std::vector{test::fixture_calibration()});
    for (Run& run : test::fixture_runs()) {
      run.commit = test::fixture_commit();
      store.begin_run(run);
      for (Launch& launch : test::fixture_launches(run)) {
        launch.machine_code = test::fixture_machine_code;
        store.add_launch(run.id, launch);
      }
      store.finish_run(run.id, "complete", run.started_utc_ms + 60'000, {{"load", "0.10"}});
    }
    // Small pages: there are more tables than data.
    store.database().execute("PRAGMA journal_mode = DELETE");
    store.database().execute("PRAGMA page_size = 1024");
    compact(store);
    store.database().execute("PRAGMA journal_mode = WAL");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
