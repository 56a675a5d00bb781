// SPDX-License-Identifier: Apache-2.0
#include "harness/run/foreign_load.h"

#include <algorithm>

namespace assay::run {

ForeignLoad foreign_load(const std::map<int, CpuTimes>& before, const std::map<int, CpuTimes>& after,
                         const std::vector<int>& our_cpus, double worker_cpu_s) {
  double our_busy_s = -worker_cpu_s;
  double our_total_s = 0;
  double stolen_s = 0;
  double other_busy_s = 0;
  double other_total_s = 0;
  for (const auto& [cpu, now] : after) {
    const auto was = before.find(cpu);
    if (was == before.end()) continue;
    const double busy_s = now.busy_s - was->second.busy_s;
    const double total_s = now.total_s - was->second.total_s;
    if (std::find(our_cpus.begin(), our_cpus.end(), cpu) == our_cpus.end()) {
      other_busy_s += busy_s;
      other_total_s += total_s;
    } else {
      our_busy_s += busy_s;
      our_total_s += total_s;
      stolen_s += now.steal_s - was->second.steal_s;
    }
  }
  const auto share = [](double part, double whole) {
    return whole > 0 ? std::clamp(part / whole, 0.0, 1.0) : 0;
  };
  return {share(our_busy_s, our_total_s), share(other_busy_s, other_total_s), share(stolen_s, our_total_s)};
}

std::vector<Reading> load_readings(const std::map<int, CpuTimes>& before,
                                   const std::map<int, CpuTimes>& after, const std::vector<int>& our_cpus,
                                   double worker_cpu_s) {
  const ForeignLoad load = foreign_load(before, after, our_cpus, worker_cpu_s);
  const bool known = !before.empty() && !after.empty();
  const auto reading = [&](const char* metric, double value) -> Reading {
    if (!known)
      return {metric, std::nullopt, "ratio", ReadingState::unsupported, 0, "/proc/stat cannot be read"};
    return {metric, value, "ratio", ReadingState::ok, 1, ""};
  };
  return {reading("host.foreign_cpu", load.our_cpus), reading("host.other_cpus_busy", load.other_cpus),
          reading("host.stolen", load.stolen)};
}

}  // namespace assay::run
