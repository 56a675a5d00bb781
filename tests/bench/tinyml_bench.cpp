// SPDX-License-Identifier: Apache-2.0
// The tinyml implementations against each other: reference and every simd path that this CPU has, verified
// equal first, then timed in turn in one process, so that drift of the machine falls on all. Prints the
// median and the least time of a call and, from the least, the rate, its share of what the int8 dot product
// reaches on registers alone, and the ratio to the reference.
//   tinyml_bench [rounds]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "harness/backends/cpu/pool.h"
#include "tests/bench/tinyml_roof.h"
#include "workloads/tinyml/conv2d_int8/definition.h"
#include "workloads/tinyml/kws/definition.h"
#include "workloads/tinyml/simd/layer.h"

namespace {

using namespace assay;

struct Row {
  std::string name;
  std::unique_ptr<Instance> instance;
  int calls = 1;
  std::vector<double> us;
};

double time_us(Instance& instance, int calls) {
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < calls; ++i) instance.call();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count() / calls;
}

/// The best of some rounds of the int8 dot product on one thread, in GOP/s; 0: not here.
double int8_roof(int rounds) {
  double best = 0;
  for (int round = 0; has_int8_roof() && round < rounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    const double operations = int8_roof_call(20000);
    const double ns =
        std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count();
    best = std::max(best, operations / ns);
  }
  return best;
}

/// False when an implementation's result is not the reference's.
bool compare(const Definition& definition, const Implementation& reference,
             std::unique_ptr<Instance> (*make)(const Preparation&, const tinyml::Path&),
             const std::string& preset, int threads, int rounds, double roof) {
  std::vector<int> cpus;
  for (int i = 0; i < threads; ++i) cpus.push_back(i);
  cpu::Pool pool(cpus);
  Preparation p;
  p.pool = &pool;
  for (const auto& candidate : definition.presets) {
    if (candidate.name == preset) p.params = resolve(definition, candidate.params);
  }
  std::vector<Row> rows;
  rows.push_back({"reference", reference.make(p), 1, {}});
  for (const auto& path : tinyml::paths()) {
    if (path.probe().available) rows.push_back({path.name, make(p, path), 1, {}});
  }
  std::string expected;
  for (auto& row : rows) {
    row.instance->call();
    std::string seen;
    for (const auto& tensor : row.instance->output()) seen += digest(tensor);
    if (expected.empty()) expected = seen;
    if (seen != expected) {
      std::printf("%s: the digests of %s differ from the reference's\n", definition.name.c_str(),
                  row.name.c_str());
      return false;
    }
    row.calls = std::max(1, static_cast<int>(500 / std::max(time_us(*row.instance, 3), 0.1)));
  }
  for (int round = 0; round < rounds; ++round) {
    for (auto& row : rows) row.us.push_back(time_us(*row.instance, row.calls));
  }
  double base = 0;
  for (auto& row : rows) {
    std::sort(row.us.begin(), row.us.end());
    const double median = row.us[row.us.size() / 2];
    if (base == 0) base = row.us.front();
    const double rate = row.instance->work().operations / row.us.front() * 1e-3;  // of the quietest round
    std::printf("%-20s %-10s threads %d  %-11s %9.2f us (min %.2f)  %7.1f GOP/s at best",
                definition.name.c_str(), preset.c_str(), threads, row.name.c_str(), median, row.us.front(),
                rate);
    if (roof > 0) std::printf(" = %4.1f %% of the int8 roof", 100 * rate / (roof * threads));
    std::printf("  x%.1f\n", base / row.us.front());
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 101;
  bool good = true;
  const double roof = int8_roof(rounds);
  if (roof > 0) std::printf("int8 dot product, AVX-512 VNNI, 1 thread: %.0f GOP/s\n", roof);
  for (const int threads : {1, 2}) {
    for (const char* preset : {"m", "pointwise", "l"}) {
      good =
          compare(tinyml::conv2d_int8_definition(), tinyml::conv2d_int8_reference(), tinyml::make_conv2d_int8,
                  preset, threads, preset[0] == 'l' ? rounds / 10 + 1 : rounds, roof) &&
          good;
    }
    good = compare(tinyml::kws_definition(), tinyml::kws_reference(), tinyml::make_kws, "m", threads, rounds,
                   roof) &&
           good;
  }
  return good ? 0 : 1;
}
