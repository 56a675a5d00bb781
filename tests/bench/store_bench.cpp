// SPDX-License-Identifier: Apache-2.0
// bench_store [CASES [SAMPLES [LAUNCHES]]]: two runs of log-normal samples stored, opened, listed and
// compared. Prints seconds and bytes a sample; exits 1 when a goal is missed (10 s to store a run of 1,000
// cases of 10,000 samples, 4 bytes a sample, 0.5 s to open, list and compare both).
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "harness/answers/compare.h"
#include "harness/store/maintenance.h"
#include "tests/unit/store/fixtures.h"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::size_t argument(int argc, char** argv, int index, std::size_t otherwise) {
  return argc > index ? static_cast<std::size_t>(std::strtoull(argv[index], nullptr, 10)) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace assay;
  const std::size_t cases = argument(argc, argv, 1, 1000);
  const std::size_t samples = argument(argc, argv, 2, 10'000);
  const std::size_t launches = argument(argc, argv, 3, 5);
  test::Folder folder;
  const std::string path = folder.file("bench.db");
  unsigned number = 0;
  double store_s = 0;
  for (unsigned r = 1; r <= 2; ++r) {
    Run run = test::make_run(r, 0);
    for (std::size_t c = 0; c < cases; ++c) {
      PlannedCase planned;
      planned.ordinal = static_cast<std::int64_t>(c);
      planned.value.workload = "llm.gemv";
      planned.value.implementation = "simd";
      planned.value.params = {{"rows", static_cast<std::int64_t>(c + 1)}};
      planned.params = {
          {"rows", static_cast<std::int64_t>(c + 1)}, {"cols", std::int64_t{4096}}, {"dtype", "q4_0"}};
      planned.worker = "native";
      run.plan.push_back(planned);
    }
    Store store = Store::open(path, Store::Mode::create);
    auto start = Clock::now();
    store.begin_run(run);
    double storing = seconds_since(start);
    for (std::size_t c = 0; c < cases; ++c) {
      for (std::size_t l = 0; l < launches; ++l) {
        // Medians from 200 ns to 20 ms with spreads of 2 to 20 %, as suites have them; making them is not
        // timed.
        const double median =
            200.0 * std::pow(10.0, 5.0 * static_cast<double>(c) / static_cast<double>(cases));
        const double sigma = 0.02 + 0.18 * static_cast<double>(c % 10) / 9;
        Launch launch = test::make_launch(++number, static_cast<std::int64_t>(c), static_cast<int>(l), 1);
        launch.samples = test::make_samples(number, samples / launches, median, sigma);
        launch.samples.warmup = 0;
        start = Clock::now();
        store.add_launch(run.id, launch);
        storing += seconds_since(start);
      }
    }
    start = Clock::now();
    store.finish_run(run.id, "complete", run.started_utc_ms + 1, {});
    storing += seconds_since(start);
    store_s = std::max(store_s, storing);
  }

  auto start = Clock::now();
  const Store store = Store::open(path, Store::Mode::read_only);
  const double open_s = seconds_since(start);
  start = Clock::now();
  const auto runs = store.list_runs();
  const double list_s = seconds_since(start);
  start = Clock::now();
  const Comparison comparison = compare(store, runs[1].id, store, runs[0].id);
  const double compare_s = seconds_since(start);
  const StoreStats stats = store_stats(store);
  const double per_sample = static_cast<double>(stats.sample_bytes) / static_cast<double>(stats.samples);
  const double file_per_sample = static_cast<double>(stats.file_bytes) / static_cast<double>(stats.samples);
  const double scale = static_cast<double>(cases * samples) / 1e7;
  std::printf("runs 2, cases %zu, launches a case %zu, samples a case %zu\n", cases, launches, samples);
  std::printf("store one run     %8.3f s (the slower of two)\n", store_s);
  std::printf("open              %8.3f s\nlist runs         %8.3f s\n", open_s, list_s);
  std::printf("compare two runs  %8.3f s (%zu pairs)\n", compare_s, comparison.pairs.size());
  std::printf("bytes a sample    %8.3f in blocks, %.3f in the file\n", per_sample, file_per_sample);
  const bool good = store_s < 10 * scale && open_s + list_s + compare_s < 0.5 && per_sample <= 4.0;
  std::printf("%s\n", good ? "all goals met" : "A GOAL IS MISSED");
  return good ? 0 : 1;
}
