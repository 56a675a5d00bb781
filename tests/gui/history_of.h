// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/agent/seed.h"
#include "harness/core/commit.h"
#include "harness/store/sqlite.h"
#include "harness/store/store.h"
#include "tests/unit/store/fixtures.h"

/// Histories for the window: run n at commit n, cases that get slower at known places.
namespace assay::test {

inline Commit commit_of(unsigned n, const std::string& subject = "") {
  Commit commit;
  const auto id = [](unsigned number) {
    std::uint64_t state = number;
    std::string digits;
    while (digits.size() < 40) {
      state = assay_mix64(state + 0x9e3779b97f4a7c15);
      for (int shift = 60; shift >= 0 && digits.size() < 40; shift -= 4)
        digits += "0123456789abcdef"[(state >> shift) & 15];
    }
    return digits;
  };
  commit.id = id(n);
  if (n > 1) commit.parents = {id(n - 1)};
  for (unsigned k = n; k-- > 1 && commit.line.size() < Commit::longest_line;) commit.line.push_back(id(k));
  commit.place = n;
  commit.committed_utc_ms = 1'760'000'000'000 + static_cast<std::int64_t>(n) * 3'600'000;
  commit.author = n % 3 == 0 ? "Ada Lovelace" : "Grace Hopper";
  commit.subject = subject.empty() ? "Change " + std::to_string(n) : subject;
  return commit;
}

struct HistorySpec {
  unsigned runs = 40;
  int cases = 4;  ///< at least 1; case i > 0 gets slower by 8, 16, 24 or 32 % at runs * i / (cases + 1)
  std::size_t samples = 40;
  int launches = 1;
  unsigned hosts =
      1;  ///< that take turns; each is 7 % faster than the one before it, in its own way in each case
  bool bare = false;  ///< launches without readings, spans and log: what a large one need not hold
};

/// Run `n` of the spec, counted from 1.
inline void add_run(Store& store, const HistorySpec& spec, unsigned n, bool finish = true) {
  static const char* const workloads[] = {"llm.gemv", "vision.resize", "dataframe.filter_sum", "tinyml.kws"};
  Run run = make_run(n, spec.cases, commit_of(n).id.substr(32).c_str());
  for (int i = 0; i < spec.cases; ++i) {
    PlannedCase& planned = run.plan[static_cast<std::size_t>(i)];
    planned.value.workload = workloads[i % 4];
    planned.value.implementation = "simd";
    planned.value.params = {{"rows", std::int64_t{1024} * (1 + i / 4)}};
  }
  run.started_utc_ms = 1'760'000'000'000 + static_cast<std::int64_t>(n) * 3'600'000 + 60'000;
  run.commit = commit_of(n);
  if (2 * n > spec.runs) run.host.environment["kernel"] = "6.9";
  const unsigned host = n % spec.hosts;
  if (spec.hosts > 1) {
    const std::string name = "cloud-" + std::string(1, static_cast<char>('a' + host));
    run.labels["host"] = run.host.name = name;
    run.host.host_class["cpu.model"] = "Test CPU of " + name;
  }
  store.begin_run(run, Store::Origin::elsewhere);
  for (int i = 0; i < spec.cases; ++i) {
    const bool slower =
        i > 0 && n > spec.runs * static_cast<unsigned>(i) / static_cast<unsigned>(spec.cases + 1);
    const double noise =
        1 + 0.004 * (static_cast<double>((n * 7 + static_cast<unsigned>(i) * 3) % 11) - 5) / 5;
    const double of_host =
        spec.hosts < 2 ? 1 : 1 - 0.07 * host + 0.02 * ((host * 5 + static_cast<unsigned>(i)) % 7);
    const double median = of_host * 50'000.0 * (1 + i) * noise * (slower ? 1 + 0.08 * (1 + (i - 1) % 4) : 1);
    for (int k = 0; k < spec.launches; ++k) {
      const unsigned number =
          (n * static_cast<unsigned>(spec.cases) + static_cast<unsigned>(i)) * 10 + static_cast<unsigned>(k);
      Launch launch = make_launch(number, i, k, spec.samples, median);
      if (spec.bare) {
        launch.readings.clear();
        launch.spans.clear();
        launch.log.clear();
      }
      store.add_launch(run.id, launch);
    }
  }
  if (finish) store.finish_run(run.id, "complete", run.started_utc_ms + 1000, {});
}

inline void make_history(const std::string& path, const HistorySpec& spec) {
  Store store = Store::open(path, Store::Mode::create);
  // A transaction a run, and no waiting for the disk: a million launches in minutes.
  store.database().execute("PRAGMA synchronous = OFF");
  for (unsigned n = 1; n <= spec.runs; ++n) {
    store_detail::Transaction transaction(store.database());
    add_run(store, spec, n);
    transaction.commit();
  }
}

}  // namespace assay::test
