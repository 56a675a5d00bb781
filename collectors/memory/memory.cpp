// SPDX-License-Identifier: Apache-2.0
// Memory of the worker around the region: resident set and its peak (VmRSS and VmHWM in /proc/self/status).
// The peak is set back where the kernel allows it (5 into clear_refs, proc(5)), so that it is the region's
// own.
#include <charconv>
#include <fstream>

#include "harness/core/component.h"
#include "harness/core/sensors.h"
#include "harness/core/snapshot_collector.h"

namespace assay {

namespace {

/// "VmHWM:     1234 kB" of /proc/self/status, in bytes.
Reading status_field(const Metric& metric, const std::string& name) {
  const SensorText sensor = read_sensor_text("/proc/self/status");
  if (sensor.state != ReadingState::ok) return without_value(metric, sensor.state, sensor.reason);
  const auto line = sensor.text.find("\n" + name + ":");
  const auto digits = line == std::string::npos ? line : sensor.text.find_first_of("0123456789", line);
  double kibibytes = 0;
  if (digits == std::string::npos ||
      std::from_chars(sensor.text.data() + digits, sensor.text.data() + sensor.text.size(), kibibytes).ec !=
          std::errc{}) {
    return without_value(metric, ReadingState::unsupported, "/proc/self/status has no " + name);
  }
  return with_value(metric, kibibytes * 1024);
}

class Memory : public SnapshotCollector {
 public:
  Memory()
      : SnapshotCollector("memory",
                          {{{"memory.resident.max", "byte", Better::lower,
                             "resident memory of the worker, the larger of before and after the region"},
                            Combine::highest},
                           {{"memory.peak.max", "byte", Better::lower,
                             "peak of the worker's resident memory in the region (since its start where the "
                             "kernel does not set the mark back)"},
                            Combine::highest}}) {}

  void start() override {
    std::ofstream(sensor_root() + "/proc/self/clear_refs") << "5";
    SnapshotCollector::start();
  }

 private:
  std::vector<Reading> snapshot() override {
    return {status_field(quantities()[0].metric, "VmRSS"), status_field(quantities()[1].metric, "VmHWM")};
  }
};

}  // namespace

std::unique_ptr<Collector> collector_memory() { return std::make_unique<Memory>(); }

}  // namespace assay
