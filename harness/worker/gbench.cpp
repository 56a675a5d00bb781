// SPDX-License-Identifier: Apache-2.0
// assay-gbench: every native case as a stock Google Benchmark benchmark, with its flags and its JSON. Its
// numbers are Google Benchmark's own: nothing is verified here, nothing stored.
#include <benchmark/benchmark.h>

#include <exception>
#include <iostream>
#include <memory>
#include <set>

#include "harness/backends/cpu/pool.h"
#include "harness/core/component.h"
#include "harness/core/error.h"
#include "harness/worker/catalogue.h"
#include "harness/worker/os/host.h"

namespace assay {
const ComponentTable& worker_table();
}  // namespace assay

namespace {

using namespace assay;

/// The case that ran last: Google Benchmark calls a benchmark several times while it looks for an iteration
/// count, and building inputs each time would take longer than measuring.
struct Current {
  std::string name;
  std::unique_ptr<cpu::Pool> pool;
  std::unique_ptr<Instance> instance;
};

Instance& prepared(const worker::Catalogue& catalogue, const Case& value, std::size_t threads) {
  static Current current;
  const std::string name = to_string(value);
  if (current.name == name) return *current.instance;
  current.name.clear();
  current.instance.reset();
  current.pool.reset();
  auto cpus = worker::os::allowed_cpus();
  if (cpus.size() > threads) cpus.resize(threads);
  current.pool = std::make_unique<cpu::Pool>(cpus);
  const auto implementation = catalogue.implementation(value.workload, value.implementation, value.device);
  Preparation preparation;
  preparation.params = resolve(catalogue.definition(value.workload), value.params);
  preparation.pool = current.pool.get();
  preparation.device = value.device;
  current.instance = implementation.make(preparation);
  current.name = name;
  return *current.instance;
}

void run_case(benchmark::State& state, const worker::Catalogue& catalogue, const Case& value,
              std::size_t threads) {
  try {
    Instance& instance = prepared(catalogue, value, threads);
    for (auto _ : state) instance.call();  // NOLINT(clang-analyzer-deadcode.DeadStores): its way to loop
    const Work work = instance.work();
    const auto per_iteration = benchmark::Counter::kIsIterationInvariantRate;
    state.counters["units"] = benchmark::Counter(work.units, per_iteration);
    state.counters["operations"] = benchmark::Counter(work.operations, per_iteration);
    state.counters["minimum_bytes"] = benchmark::Counter(work.minimum_bytes, per_iteration);
    state.SetLabel(instance.isa());
  } catch (const std::exception& error) {
    state.SkipWithError(error.what());
  }
}

/// Every preset (and the defaults) of every implementation, on one thread and on all.
void register_cases(const worker::Catalogue& catalogue) {
  const std::size_t all = std::max<std::size_t>(worker::os::allowed_cpus().size(), 1);
  std::set<std::string> seen;
  for (const auto& offer : catalogue.workload_offers(catalogue.devices())) {
    std::vector<Params> choices{{}};
    for (const auto& preset : offer.definition.presets) choices.push_back(preset.params);
    for (const auto& implementation : offer.implementations) {
      if (!implementation.probe.available) continue;
      for (const auto& params : choices) {
        for (const std::size_t threads : {std::size_t{1}, all}) {
          Case value{offer.definition.name, implementation.name, params, implementation.device};
          if (threads == 1)
            value.params["threads"] = std::int64_t{1};  // all is the default, which is left out
          value = canonical(value, offer.definition);
          const std::string name = to_string(value);
          if (!seen.insert(name).second) continue;
          benchmark::RegisterBenchmark(name.c_str(), [&catalogue, value, threads](benchmark::State& state) {
            run_case(state, catalogue, value, threads);
          })->UseRealTime();
        }
      }
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const worker::Catalogue catalogue(worker_table());
    register_cases(catalogue);
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "assay-gbench: " << error.what() << "\n";
    return 4;
  }
}
