// SPDX-License-Identifier: Apache-2.0
// What a reading costs: ns of start, stop and read of each inside collector that is available here, the
// median of 200 regions; and the share of a chunk of 50 ms (how long a request measures) that clock and
// rusage take together.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "harness/core/component.h"

namespace assay {
const ComponentTable& bench_collectors();
}

namespace {

using Clock = std::chrono::steady_clock;

constexpr int regions = 200;
constexpr double chunk_ns = 50e6;

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + regions / 2, values.end());
  return values[regions / 2];
}

template <typename Step>
double timed_ns(Step step) {
  const auto begin = Clock::now();
  step();
  return std::chrono::duration<double, std::nano>(Clock::now() - begin).count();
}

}  // namespace

int main() {
  std::printf("%-12s %10s %10s %10s  values\n", "collector", "start ns", "stop ns", "read ns");
  double own_ns = 0;
  for (const auto& row : assay::bench_collectors().collectors) {
    const auto collector = row.make();
    const std::string name(row.name);
    const assay::Probe probe = collector->probe();
    if (!probe.available) {
      std::printf("%-12s %s\n", name.c_str(), probe.reason.c_str());
      continue;
    }
    // PAPI's own choice is of hardware events; software ones are everywhere.
    collector->open(name == "papi" ? std::vector<std::string>{"perf::PAGE-FAULTS", "sde:::assay::pool.sleeps"}
                                   : std::vector<std::string>{});
    std::array<std::vector<double>, 3> times;
    std::size_t values = 0;
    for (int region = 0; region < regions; ++region) {
      times[0].push_back(timed_ns([&] { collector->start(); }));
      times[1].push_back(timed_ns([&] { collector->stop(); }));
      std::vector<assay::Reading> readings;
      times[2].push_back(timed_ns([&] { readings = collector->read(); }));
      values = static_cast<std::size_t>(
          std::count_if(readings.begin(), readings.end(), [](const auto& r) { return r.value.has_value(); }));
    }
    const std::array<double, 3> ns{median(times[0]), median(times[1]), median(times[2])};
    std::printf("%-12s %10.0f %10.0f %10.0f  %zu\n", name.c_str(), ns[0], ns[1], ns[2], values);
    if (name == "clock" || name == "rusage") own_ns += ns[0] + ns[1] + ns[2];
  }
  std::printf("clock and rusage together: %.0f ns, %.3f %% of a chunk of 50 ms\n", own_ns,
              own_ns / chunk_ns * 100);
}
