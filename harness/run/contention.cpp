// SPDX-License-Identifier: Apache-2.0
#include "harness/run/contention.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "harness/core/sensors.h"
#include "harness/run/foreign_load.h"

namespace assay::run {

namespace {

struct Threshold {
  const char* metric;
  double above;
  const char* what;  ///< with the value: "{}"
  bool is_share;
};

constexpr std::array<Threshold, 5> thresholds{{
    {"host.foreign_cpu", 0.10, "other processes took {} of its CPUs", true},
    {"host.stolen", 0.10, "the hypervisor took {} of its CPUs", true},
    {"host.run_queue_wait", 0.05, "its threads waited {} of their time for a CPU", true},
    {"host.switched_out", 100, "its threads lost their CPU {} times a second", false},
    {"host.memory_stall", 0.05, "tasks waited for memory {} of the time", true},
}};

/// A few switches in a launch of some milliseconds are no rate.
constexpr double least_cpu_s = 0.1;

const Metric contended_metric{"host.contended", "ratio", Better::lower};

/// "some avg10=0.00 ... total=1234" in microseconds.
std::optional<double> stall_s(const char* path) {
  const SensorText sensor = read_sensor_text(path);
  const auto total = sensor.text.find("total=");
  if (sensor.state != ReadingState::ok || !sensor.text.starts_with("some ") || total == std::string::npos)
    return std::nullopt;
  return std::strtod(sensor.text.c_str() + total + 6, nullptr) * 1e-6;
}

Reading stall_share(const char* id, std::optional<double> before, std::optional<double> after,
                    double passed_s) {
  const Metric metric{id, "ratio", Better::lower};
  if (!before || !after)
    return without_value(metric, ReadingState::unsupported, "/proc/pressure is not there: boot with psi=1");
  if (passed_s <= 0) return without_value(metric, ReadingState::not_counted, "no time passed");
  return with_value(metric, std::clamp((*after - *before) / passed_s, 0.0, 1.0));
}

Reading run_queue_wait(const WorkerTimes& worker) {
  const Metric metric{"host.run_queue_wait", "ratio", Better::lower};
  if (!worker.ran_s || !worker.waited_s) {
    return without_value(metric, ReadingState::unsupported,
                         "the worker's schedstat cannot be read; needs a kernel with CONFIG_SCHED_INFO");
  }
  const double wanted_s = *worker.ran_s + *worker.waited_s;
  return with_value(metric, wanted_s > 0 ? *worker.waited_s / wanted_s : 0);
}

}  // namespace

HostTotals read_host_totals() {
  return {std::chrono::steady_clock::now(), read_cpu_times(), stall_s("/proc/pressure/cpu"),
          stall_s("/proc/pressure/memory")};
}

std::vector<Reading> host_readings(const HostTotals& before, const HostTotals& after,
                                   const std::vector<int>& our_cpus, const WorkerTimes& worker) {
  const double passed_s = std::chrono::duration<double>(after.at - before.at).count();
  auto readings = load_readings(before.cpus, after.cpus, our_cpus, worker.cpu_s);
  readings.push_back(run_queue_wait(worker));
  readings.push_back(
      with_value({"host.switched_out", "Hz", Better::lower},
                 static_cast<double>(worker.switched_out) / std::max(worker.cpu_s, least_cpu_s)));
  readings.push_back(stall_share("host.cpu_stall", before.cpu_stall_s, after.cpu_stall_s, passed_s));
  readings.push_back(stall_share("host.memory_stall", before.memory_stall_s, after.memory_stall_s, passed_s));
  readings.push_back(contended(readings));
  return readings;
}

Reading contended(const std::vector<Reading>& readings) {
  bool known = false;
  std::string reason;
  for (const auto& threshold : thresholds) {
    const auto found = std::find_if(readings.begin(), readings.end(), [&](const Reading& reading) {
      return reading.metric == threshold.metric;
    });
    if (found == readings.end() || !found->value) continue;
    known = true;
    if (*found->value <= threshold.above) continue;
    const std::string value = threshold.is_share ? fmt::format("{:.0f} %", *found->value * 100)
                                                 : fmt::format("{:.0f}", *found->value);
    reason += (reason.empty() ? "" : ", ") + fmt::format(fmt::runtime(threshold.what), value);
  }
  if (!known)
    return without_value(contended_metric, ReadingState::unsupported, "nothing tells here what others did");
  Reading reading = with_value(contended_metric, reason.empty() ? 0 : 1);
  reading.reason = reason;
  return reading;
}

}  // namespace assay::run
