// SPDX-License-Identifier: Apache-2.0
// How long `assay db merge` of many hosts takes: 50 databases, each with a run of 1,000 cases, a launch of
// each of 120 samples. Then the same again, which changes nothing. Goal: 50 databases of 1,000 results in
// under 10 s, of the CPU's own time (the wall clock shows who else is here). Arguments: launches of each
// case; databases.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "harness/store/maintenance.h"
#include "harness/store/transfer.h"
#include "tests/unit/store/fixtures.h"

using namespace assay;

namespace {

constexpr int results = 1000;

void make(const std::string& path, unsigned number, int launches) {
  WholeRun whole;
  whole.run = test::make_run(number, results);
  whole.run.host.name = "host-" + std::to_string(number);
  whole.run.labels["host"] = whole.run.host.name;
  whole.run.state = "complete";
  whole.run.ended_utc_ms = whole.run.started_utc_ms + 60'000;
  for (auto& planned : whole.run.plan) {
    planned.value.params = {{"rows", planned.ordinal + 1}};
    planned.launches = launches;
    for (int i = 0; i < launches; ++i) {
      const auto place = static_cast<unsigned>(planned.ordinal * launches + i);
      whole.launches.push_back(test::make_launch(number * 1'000'000 + place, planned.ordinal, i));
    }
  }
  Store store = Store::open(path, Store::Mode::create);
  add_runs(store, {whole});
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  const int launches = argc > 1 ? std::atoi(argv[1]) : 1;
  const auto databases = static_cast<unsigned>(argc > 2 ? std::atoi(argv[2]) : 50);
  const test::Folder folder;
  const auto name = [&](unsigned i) { return folder.file(std::to_string(i) + ".db"); };
  for (unsigned i = 1; i <= databases; ++i) make(name(i), i, launches);
  Store all = Store::open(folder.file("all.db"), Store::Mode::create);
  bool good = true;
  for (const bool again : {false, true}) {
    const auto begin = std::chrono::steady_clock::now();
    const std::clock_t cpu = std::clock();
    std::int64_t added = 0;
    std::int64_t known = 0;
    for (unsigned i = 1; i <= databases; ++i) {
      const MergeReport report = merge(all, Store::open(name(i), Store::Mode::read_only));
      added += report.launches_added;
      known += report.launches_known;
      if (!report.conflicts.empty()) std::abort();
    }
    const double wall = seconds_since(begin);
    const double took = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
    std::printf(
        "%u databases of %d results, %d launches each, %s: %.1f s of CPU time, %.1f s by the wall clock; "
        "%lld launches added, %lld known\n",
        databases, results, launches, again ? "again" : "merged", took, wall, static_cast<long long>(added),
        static_cast<long long>(known));
    const std::int64_t wanted = std::int64_t{databases} * results * launches;
    if ((again ? known : added) != wanted) std::abort();
    good = good && took < 10;
  }
  return good ? 0 : 1;
}
