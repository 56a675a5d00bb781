// SPDX-License-Identifier: Apache-2.0
// Whether others wanted what the case needed: how long its threads waited for a CPU (schedstat), how long
// anything on the host stalled (PSI, Documentation/accounting/psi.rst), what the hypervisor took (steal in
// /proc/stat).
#include <unistd.h>

#include <charconv>
#include <sstream>

#include "harness/core/component.h"
#include "harness/core/sensors.h"
#include "harness/core/snapshot_collector.h"

namespace assay {

namespace {

/// "some avg10=0.00 avg60=0.00 avg300=0.00 total=1234" -> 1234 microseconds, in ns.
Reading stall(const Metric& metric, const std::string& resource) {
  const std::string path = "/proc/pressure/" + resource;
  const SensorText sensor = read_sensor_text(path);
  if (sensor.state != ReadingState::ok) {
    return without_value(metric, sensor.state,
                         sensor.reason + "; boot with psi=1 on a kernel with CONFIG_PSI");
  }
  const auto line = sensor.text.find("some ");
  const auto total = line == std::string::npos ? line : sensor.text.find("total=", line);
  double microseconds = 0;
  if (total == std::string::npos ||
      std::from_chars(sensor.text.data() + total + 6, sensor.text.data() + sensor.text.size(), microseconds)
              .ec != std::errc{}) {
    return without_value(metric, ReadingState::unsupported, path + " has no total of 'some'");
  }
  return with_value(metric, microseconds * 1e3);
}

/// Sum over this process's threads of one field of schedstat: 0 ran, 1 waited on a run queue; both ns.
Reading scheduled(const Metric& metric, int field) {
  double sum = 0;
  const auto threads = sensor_names("/proc/self/task", "");
  if (threads.empty())
    return without_value(metric, ReadingState::unsupported, "/proc/self/task is not there");
  for (const auto& thread : threads) {
    const SensorText sensor = read_sensor_text("/proc/self/task/" + thread + "/schedstat");
    if (sensor.state != ReadingState::ok) {
      return without_value(metric, sensor.state, sensor.reason + "; needs a kernel with CONFIG_SCHED_INFO");
    }
    std::istringstream fields(sensor.text);
    double values[2] = {};
    if (!(fields >> values[0] >> values[1]))
      return without_value(metric, ReadingState::unsupported, "schedstat has no run-queue wait");
    sum += values[field];
  }
  return with_value(metric, sum);
}

/// All CPUs' steal, the eighth number of the first line of /proc/stat, in ticks.
Reading steal(const Metric& metric) {
  const SensorText sensor = read_sensor_text("/proc/stat");
  if (sensor.state != ReadingState::ok) return without_value(metric, sensor.state, sensor.reason);
  std::istringstream line(sensor.text.substr(0, sensor.text.find('\n')));
  std::string name;
  double ticks = 0;
  line >> name;
  for (int i = 0; i < 8 && line; ++i) line >> ticks;
  if (!line || name != "cpu")
    return without_value(metric, ReadingState::unsupported, "/proc/stat has no steal");
  return with_value(metric, ticks * 1e9 / static_cast<double>(sysconf(_SC_CLK_TCK)));
}

class Pressure : public SnapshotCollector {
 public:
  Pressure()
      : SnapshotCollector(
            "pressure",
            {{{"pressure.ran", "ns", Better::neither, "time that the worker's threads ran on a CPU"}},
             {{"pressure.run_queue_wait", "ns", Better::lower,
               "time that the worker's threads could have run but waited for a CPU"}},
             {{"pressure.cpu_stall", "ns", Better::lower,
               "time in which some task on the host waited for a CPU"}},
             {{"pressure.memory_stall", "ns", Better::lower,
               "time in which some task on the host waited for memory"}},
             {{"pressure.io_stall", "ns", Better::lower,
               "time in which some task on the host waited for storage"}},
             {{"pressure.steal", "ns", Better::lower,
               "CPU time of the whole machine that the hypervisor gave to others, in ticks of 10 ms"}}}) {}

 private:
  std::vector<Reading> snapshot() override {
    const auto metric = [&](std::size_t i) -> const Metric& { return quantities()[i].metric; };
    return {scheduled(metric(0), 0),    scheduled(metric(1), 1), stall(metric(2), "cpu"),
            stall(metric(3), "memory"), stall(metric(4), "io"),  steal(metric(5))};
  }
};

}  // namespace

std::unique_ptr<Collector> collector_pressure() { return std::make_unique<Pressure>(); }

}  // namespace assay
