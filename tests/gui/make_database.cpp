// SPDX-License-Identifier: Apache-2.0
// gui_database FILE [RUNS [CASES [SAMPLES [LAUNCHES [HOSTS]]]]]: a database to look at in the window, made
// from a seed.
#include <cstdio>
#include <cstdlib>

#include "tests/gui/history_of.h"

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "gui_database FILE [RUNS [CASES [SAMPLES [LAUNCHES [HOSTS]]]]]\n");
    return 2;
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
