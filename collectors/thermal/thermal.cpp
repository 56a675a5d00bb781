// SPDX-License-Identifier: Apache-2.0
// Temperatures by the thermal zones and hwmon chips of sysfs, and how often the CPU says that it slowed down
// because of them (Documentation/ABI/testing/sysfs-class-thermal, hwmon/sysfs-interface.rst, thermal_throttle
// in Documentation/ABI/testing/sysfs-devices-system-cpu).
#include <algorithm>
#include <array>

#include "harness/core/component.h"
#include "harness/core/sensors.h"
#include "harness/core/snapshot_collector.h"

namespace assay {

namespace {

struct Sensor {
  std::string path;  ///< millidegrees Celsius
  bool cpu = false;
};

/// Chips and zones that sit in or beside the cores.
bool is_cpu(const std::string& name) {
  constexpr std::array<std::string_view, 7> chips{"x86_pkg_temp", "coretemp",    "k10temp",    "zenpower",
                                                  "cpu_thermal",  "cpu-thermal", "soc-thermal"};
  return std::find(chips.begin(), chips.end(), name) != chips.end() || name.starts_with("cpu");
}

std::vector<Sensor> find_sensors() {
  std::vector<Sensor> sensors;
  for (const auto& zone : sensor_names("/sys/class/thermal", "thermal_zone")) {
    const std::string path = "/sys/class/thermal/" + zone;
    sensors.push_back({path + "/temp", is_cpu(read_sensor_text(path + "/type").text)});
  }
  for (const auto& chip : sensor_names("/sys/class/hwmon", "hwmon")) {
    const std::string path = "/sys/class/hwmon/" + chip;
    const bool cpu = is_cpu(read_sensor_text(path + "/name").text);
    for (const auto& input : sensor_names(path, "temp")) {
      if (input.ends_with("_input")) sensors.push_back({path + "/" + input, cpu});
    }
  }
  return sensors;
}

class Thermal : public SnapshotCollector {
 public:
  Thermal()
      : SnapshotCollector("thermal",
                          {{{"thermal.cpu.max", "degC", Better::lower,
                             "hottest sensor of the CPU, before or after the region"},
                            Combine::highest},
                           {{"thermal.any.max", "degC", Better::lower,
                             "hottest sensor of the machine, before or after the region"},
                            Combine::highest},
                           {{"thermal.throttles", "count", Better::lower,
                             "times that a core or package slowed itself down for heat, all CPUs"}}}),
        sensors_(find_sensors()) {
    for (const auto& cpu : sensor_names("/sys/devices/system/cpu", "cpu")) {
      const std::string path = "/sys/devices/system/cpu/" + cpu + "/thermal_throttle";
      for (const auto& counter : sensor_names(path, "")) {
        if (counter.ends_with("_throttle_count")) throttles_.push_back(path + "/" + counter);
      }
    }
  }

  Probe probe() override {
    for (const auto& reading : snapshot()) {
      if (reading.value) return Probe::present();
    }
    return Probe::absent("no thermal zone or hwmon chip gives a temperature (virtual machines have none)",
                         "on metal: modprobe coretemp (Intel), k10temp (AMD), or the board's driver");
  }

 private:
  std::vector<Reading> snapshot() override {
    return {hottest(quantities()[0].metric, true), hottest(quantities()[1].metric, false), throttles()};
  }

  /// A sensor that cannot be read just now (a device that sleeps) does not hide the others.
  Reading hottest(const Metric& metric, bool cpu_only) const {
    Reading result = without_value(metric, ReadingState::unsupported, "no such temperature sensor here");
    for (const auto& sensor : sensors_) {
      if (cpu_only && !sensor.cpu) continue;
      const Reading reading = read_sensor(metric, sensor.path, 1e-3);
      if (!result.value || (reading.value && *reading.value > *result.value)) result = reading;
    }
    return result;
  }

  Reading throttles() const {
    const Metric& metric = quantities()[2].metric;
    if (throttles_.empty())
      return without_value(metric, ReadingState::unsupported, "the kernel counts no throttling here");
    double sum = 0;
    for (const auto& path : throttles_) {
      const Reading reading = read_sensor(metric, path);
      if (!reading.value) return reading;
      sum += *reading.value;
    }
    return with_value(metric, sum);
  }

  std::vector<Sensor> sensors_;
  std::vector<std::string> throttles_;
};

}  // namespace

std::unique_ptr<Collector> collector_thermal() { return std::make_unique<Thermal>(); }

}  // namespace assay
