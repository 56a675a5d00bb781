// SPDX-License-Identifier: Apache-2.0
// One chunk is one Google Benchmark run with the iteration count set by us: its search for a count, its
// repetitions, its warm-up and its memory manager stay out (reference: ci/decisions/0000-design.md, section
// 5).
#include <benchmark/benchmark.h>

#include <exception>
#include <mutex>

#include "harness/core/error.h"
#include "harness/core/region.h"
#include "harness/measure/engine.h"
#include "harness/measure/sample_loop.h"

namespace assay::measure {

namespace {

/// Keeps the one run's own time and prints nothing.
class KeepRun : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type == Run::RT_Iteration && run.iterations > 0) {
        mean_ns = run.real_accumulated_time * 1e9 / static_cast<double>(run.iterations);
      }
    }
  }

  double mean_ns = 0;
};

/// Its flags can come from the environment (BENCHMARK_*): what would change our runs is set once.
void initialize() {
  static std::once_flag once;
  std::call_once(once, [] {
    static std::vector<std::string> arguments{"assay",
                                              "--benchmark_repetitions=1",
                                              "--benchmark_min_warmup_time=0",
                                              "--benchmark_enable_random_interleaving=false",
                                              "--benchmark_list_tests=false",
                                              "--benchmark_filter=.",
                                              "--benchmark_out=",
                                              "--benchmark_perf_counters="};
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    int argc = static_cast<int>(argv.size());
    argv.push_back(nullptr);
    benchmark::Initialize(&argc, argv.data());
  });
}

}  // namespace

std::string engine_name() { return std::string("google-benchmark ") + ASSAY_GOOGLE_BENCHMARK_VERSION; }

Chunk run_chunk(Instance& instance, const ChunkRequest& request) {
  initialize();
  SampleLoop loop(instance, request);
  std::exception_ptr failure;
  bool ran = false;
  const auto body = [&](benchmark::State& state) {
    ran = true;
    ASSAY_REGION_ENTER();
    try {
      loop.begin();
      if (loop.paced()) {
        for (auto _ : state) state.SetIterationTime(static_cast<double>(loop.paced_sample()) * 1e-9);
      } else {
        for (auto _ : state) loop.hot_sample();
      }
      loop.end();
    } catch (...) {
      failure = std::current_exception();
      state.SkipWithError("a call failed");
    }
    ASSAY_REGION_LEAVE();
  };
  benchmark::ClearRegisteredBenchmarks();
  auto* registered = benchmark::RegisterBenchmark("chunk", body)->Iterations(request.samples)->Repetitions(1);
  loop.paced() ? registered->UseManualTime() : registered->UseRealTime();
  KeepRun reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter, ".");
  benchmark::ClearRegisteredBenchmarks();
  if (failure) std::rethrow_exception(failure);
  if (!ran) throw Error(ErrorCode::internal, "Google Benchmark did not run the chunk");
  Chunk chunk = loop.take();
  chunk.engine_mean_ns = reporter.mean_ns / static_cast<double>(request.batch);
  return chunk;
}

}  // namespace assay::measure
