// SPDX-License-Identifier: Apache-2.0
#include "harness/store/store.h"

#include "tests/self/cases.h"
#include "tests/unit/store/fixtures.h"

namespace assay {

Workload workload_self_store();

Workload workload_self_store() {
  return self::round_trip("self.store",
                          "a run of one launch of n samples stored in a new database, and read from it",
                          1'000, [](const Samples& samples) {
                            const test::Folder folder;
                            Store store = Store::open(folder.file("self.db"), Store::Mode::create);
                            const Run run = test::make_run(1, 1);
                            Launch launch = test::make_launch(1, 0, 0, 1);
                            launch.samples = samples;
                            store.begin_run(run);
                            store.add_launch(run.id, launch);
                            store.finish_run(run.id, "complete", run.started_utc_ms + 1, {});
                            return store.load_launches(run.id, true).at(0).samples;
                          });
}

}  // namespace assay
