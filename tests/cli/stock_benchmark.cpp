// SPDX-License-Identifier: Apache-2.0
// A Google Benchmark program as anybody writes one: it knows nothing of Assay. SLOWER=N in its environment
// makes BM_Sum do N times the work.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <vector>

namespace {

void sum(benchmark::State& state) {
  const char* slower = std::getenv("SLOWER");
  const int times = slower != nullptr ? std::atoi(slower) : 1;
  std::vector<std::uint32_t> values(static_cast<std::size_t>(state.range(0)), 3);
  for (auto _ : state) {
    for (int i = 0; i < times; ++i) {
      benchmark::DoNotOptimize(values.data());
      benchmark::DoNotOptimize(std::accumulate(values.begin(), values.end(), 0u));
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(sum)->Name("BM_Sum<a*b>")->Arg(512)->Arg(4096);

void broken(benchmark::State& state) {
  state.SkipWithError("there is no data");
  for (auto _ : state) {
  }
}
BENCHMARK(broken);

}  // namespace

BENCHMARK_MAIN();
