// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "harness/backends/cpu/pool.h"
#include "harness/core/error.h"
#include "harness/core/workload.h"

/// What tests of native workloads share: pools of any size on the CPUs at hand, instances by name, a clock.
namespace rig {

/// `threads` CPUs out of those that this process may use, in turn: more threads than CPUs share them.
inline std::vector<int> cpus(int threads) {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  static const std::vector<int> usable = [&] {
    std::vector<int> found;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &set)) found.push_back(cpu);
    }
    return found;
  }();
  std::vector<int> result;
  for (int i = 0; i < threads; ++i) result.push_back(usable[static_cast<std::size_t>(i) % usable.size()]);
  return result;
}

inline const assay::Implementation& implementation(const assay::Workload& workload, const std::string& name) {
  const auto& all = workload.implementations;
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& row) { return row.name == name; });
  if (found == all.end()) throw assay::Error(assay::ErrorCode::internal, "no implementation " + name);
  return *found;
}

inline bool present(const assay::Workload& workload, const std::string& name) {
  return implementation(workload, name).probe().available;
}

inline std::unique_ptr<assay::Instance> make(const assay::Workload& workload, const std::string& name,
                                             const assay::Params& given, assay::cpu::Pool& pool,
                                             std::map<std::string, std::string> inputs = {},
                                             std::uint64_t seed = 1) {
  assay::Preparation preparation;
  preparation.params = assay::resolve(workload.definition, given);
  preparation.seed = seed;
  preparation.pool = &pool;
  preparation.inputs = std::move(inputs);
  return implementation(workload, name).make(preparation);
}

/// Digests of every output tensor after one call, joined.
inline std::string digests(assay::Instance& instance) {
  instance.call();
  std::string text;
  for (const auto& tensor : instance.output()) text += tensor.name + "=" + assay::digest(tensor) + " ";
  return text;
}

/// Shortest of `tries` calls, in seconds: what the work takes when nobody disturbs it.
inline double fastest_s(assay::Instance& instance, int tries) {
  instance.call();
  double best = 1e9;
  for (int i = 0; i < tries; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    instance.call();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    best = std::min(best, elapsed.count());
  }
  return best;
}

/// How much longer `large` takes than `small`, from the shortest calls of both taken in turn. A machine that
/// others use can spoil a try: up to five are made until the ratio is above `enough`; work that is not done
/// at all stays near 1 in every try. Ask for far less than the ratio of the work (8 for 2: with twice the
/// work and 1.3 CI failed once on a busy neighbour).
inline double time_ratio(assay::Instance& large, assay::Instance& small, double enough) {
  double ratio = 0;
  for (int attempt = 0; attempt < 5 && ratio < enough; ++attempt) {
    double best_large = 1e9;
    double best_small = 1e9;
    for (int i = 0; i < 12; ++i) {
      best_large = std::min(best_large, fastest_s(large, 1));
      best_small = std::min(best_small, fastest_s(small, 1));
    }
    ratio = best_large / best_small;
  }
  return ratio;
}

/// The parameters of a preset. \throws Error{internal} when the workload has none of that name.
inline assay::Params preset(const assay::Workload& workload, const std::string& name) {
  for (const auto& preset : workload.definition.presets) {
    if (preset.name == name) return preset.params;
  }
  throw assay::Error(assay::ErrorCode::internal, "no preset " + name);
}

}  // namespace rig
