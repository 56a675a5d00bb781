// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/core/commit.h"
#include "harness/store/store.h"
#include "tests/unit/store/fixtures.h"

/// Histories for the window: run n at commit n, cases that get slower at known places.
namespace assay::test {

inline Commit commit_of(unsigned n, const std::string& subject = "") {
  Commit commit;
  const auto id = [](unsigned number) {
    std::string digits = std::to_string(number);
    return "c0ffee" + std::string(34 - digits.size(), '0') + digits;
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
  int cases = 4;  ///< at least 1; case i > 0 gets slower by 8 % * i at runs * i / (cases + 1)
  std::size_t samples = 40;
  int launches = 1;
};

/// Run `n` of the spec, counted from 1.
inline void add_run(Store& store, const HistorySpec& spec, unsigned n, bool finish = true) {
  static const char* const workloads[] = {"llm.gemv", "vision.resize", "dataframe.filter_sum", "tinyml.kws"};
  Run run = make_run(n, spec.cases);
  for (int i = 0; i < spec.cases; ++i) {
    PlannedCase& planned = run.plan[static_cast<std::size_t>(i)];
    planned.value.workload = workloads[i % 4];
    planned.value.implementation = "simd";
    planned.value.params = {{"rows", std::int64_t{1024} * (1 + i / 4)}};
  }
  run.started_utc_ms = 1'760'000'000'000 + static_cast<std::int64_t>(n) * 3'600'000 + 60'000;
  run.commit = commit_of(n);
  if (2 * n > spec.runs) run.host.environment["kernel"] = "6.9";
  store.begin_run(run, Store::Origin::elsewhere);
  for (int i = 0; i < spec.cases; ++i) {
    const bool slower =
        i > 0 && n > spec.runs * static_cast<unsigned>(i) / static_cast<unsigned>(spec.cases + 1);
    const double noise =
        1 + 0.004 * (static_cast<double>((n * 7 + static_cast<unsigned>(i) * 3) % 11) - 5) / 5;
    const double median = 50'000.0 * (1 + i) * noise * (slower ? 1 + 0.08 * i : 1);
    for (int k = 0; k < spec.launches; ++k) {
      const unsigned number =
          (n * static_cast<unsigned>(spec.cases) + static_cast<unsigned>(i)) * 10 + static_cast<unsigned>(k);
      Launch launch = make_launch(number, i, k, spec.samples, median);
      store.add_launch(run.id, launch);
    }
  }
  if (finish) store.finish_run(run.id, "complete", run.started_utc_ms + 1000, {});
}

inline void make_history(const std::string& path, const HistorySpec& spec) {
  Store store = Store::open(path, Store::Mode::create);
  for (unsigned n = 1; n <= spec.runs; ++n) add_run(store, spec, n);
}

}  // namespace assay::test
