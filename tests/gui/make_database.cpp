// SPDX-License-Identifier: Apache-2.0
// gui_database FILE [RUNS [CASES [SAMPLES [LAUNCHES [HOSTS]]]]]: a database to look at in the window, made
// from a seed. gui_database FILE profile: two runs with hot loops, counters, tracks, spans of a GPU, and
// limits; two of a case on a GPU, with limits of the first one's.
#include <cstdio>
#include <cstdlib>

#include <string>

#include "tests/gui/history_of.h"
#include "tests/gui/profiled.h"

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "gui_database FILE profile|[RUNS [CASES [SAMPLES [LAUNCHES [HOSTS]]]]]\n");
    return 2;
  }
  if (argc > 2 && std::string(argv[2]) == "profile") {
    assay::Store store = assay::Store::open(argv[1], assay::Store::Mode::create);
    assay::test::add_limits(store, 1);
    assay::test::add_profiled_run(store, 2, 1000, true);
    assay::test::add_profiled_run(store, 3, 3000, true);
    assay::test::add_gpu_limits(store, 4, "GPU-a");
    assay::test::add_gpu_run(store, 5, "GPU-a");
    assay::test::add_gpu_run(store, 6, "GPU-b");
    return 0;
  }
  assay::test::HistorySpec spec;
  if (argc > 2) spec.runs = static_cast<unsigned>(std::atoi(argv[2]));
  if (argc > 3) spec.cases = std::atoi(argv[3]);
  if (argc > 4) spec.samples = static_cast<std::size_t>(std::atoi(argv[4]));
  if (argc > 5) spec.launches = std::atoi(argv[5]);
  if (argc > 6) spec.hosts = static_cast<unsigned>(std::atoi(argv[6]));
  spec.bare = spec.runs > 1000;
  assay::test::make_history(argv[1], spec);
  return 0;
}
