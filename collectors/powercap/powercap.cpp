// SPDX-License-Identifier: Apache-2.0
// Energy by RAPL through the powercap interface (Documentation/power/powercap/powercap.rst): microjoules
// since some moment, in a counter that wraps around at max_energy_range_uj and is updated about every
// millisecond. A zone's scope is the whole package or its memory, whoever uses it. intel-rapl serves AMD,
// too; intel-rapl-mmio shows the same packages again and is left out.
#include <algorithm>

#include "harness/core/component.h"
#include "harness/core/sensors.h"
#include "harness/core/snapshot_collector.h"

namespace assay {

namespace {

constexpr const char* folder = "/sys/class/powercap";
constexpr const char* remedy = "as root: chmod a+r /sys/class/powercap/*/energy_uj (until the next boot)";

struct Zone {
  std::string path;
  double range_j = 0;  ///< where the counter wraps around; 0: not known
};

const Metric any_number{"powercap", "J", Better::neither, ""};

/// Which quantity a zone's name counts in: "package-0" and "package-1" in the first, "dram" in the third.
int kind_of(const std::string& name) {
  if (name.starts_with("package")) return 0;
  if (name == "core") return 1;
  if (name == "dram") return 2;
  if (name == "psys") return 3;
  return -1;  // "uncore": a graphics unit on clients, nothing on servers
}

class Powercap : public SnapshotCollector {
 public:
  Powercap()
      : SnapshotCollector(
            "powercap",
            {{{"powercap.package", "J", Better::lower, "energy of all CPU packages, whoever used them"}},
             {{"powercap.core", "J", Better::lower, "energy of all cores (a part of the package's)"}},
             {{"powercap.dram", "J", Better::lower, "energy of the memory"}},
             {{"powercap.psys", "J", Better::lower, "energy of the platform, as its maker defines it"}}}),
        zones_(quantities().size()) {
    for (const auto& entry : sensor_names(folder, "intel-rapl:")) {
      const std::string path = std::string(folder) + "/" + entry;
      const int kind = kind_of(read_sensor_text(path + "/name").text);
      if (kind < 0) continue;
      const Reading range = read_sensor(any_number, path + "/max_energy_range_uj", 1e-6);
      zones_[static_cast<std::size_t>(kind)].push_back({path, range.value.value_or(0)});
    }
  }

  Probe probe() override {
    Probe absent = Probe::absent("no RAPL zone in /sys/class/powercap (virtual machines have none)",
                                 "on metal: modprobe intel_rapl_msr; Arm boards need a meter of their own");
    for (const auto& reading : snapshot()) {
      if (reading.value) return Probe::present();
      if (reading.state == ReadingState::denied) absent = Probe::absent(reading.reason, remedy);
    }
    return absent;
  }

  void start() override {
    last_.assign(quantities().size(), {});
    SnapshotCollector::start();
  }

 private:
  /// A quantity is the sum over its zones. Each zone's own wrap is undone here, since a sum hides which one
  /// did.
  std::vector<Reading> snapshot() override {
    std::vector<Reading> readings;
    for (std::size_t kind = 0; kind < zones_.size(); ++kind) readings.push_back(energy(kind));
    return readings;
  }

  Reading energy(std::size_t kind) {
    const Metric& metric = quantities()[kind].metric;
    if (zones_[kind].empty()) {
      return without_value(metric, ReadingState::unsupported, "this machine's RAPL has no such zone");
    }
    double sum_j = 0;
    std::vector<double> now;
    for (std::size_t zone = 0; zone < zones_[kind].size(); ++zone) {
      const Reading reading = read_sensor(metric, zones_[kind][zone].path + "/energy_uj", 1e-6);
      if (!reading.value) {
        return without_value(
            metric, reading.state,
            reading.reason + (reading.state == ReadingState::denied ? std::string("; ") + remedy : ""));
      }
      double value_j = *reading.value;
      if (kind < last_.size() && zone < last_[kind].size() && value_j < last_[kind][zone]) {
        if (zones_[kind][zone].range_j <= 0)
          return without_value(metric, ReadingState::not_counted,
                               "the counter wrapped around at an unknown range");
        value_j += zones_[kind][zone].range_j;
      }
      now.push_back(value_j);
      sum_j += value_j;
    }
    if (kind < last_.size()) last_[kind] = now;
    return with_value(metric, sum_j);
  }

  std::vector<std::vector<Zone>> zones_;   // by quantity
  std::vector<std::vector<double>> last_;  // at the region's start, by quantity and zone
};

}  // namespace

std::unique_ptr<Collector> collector_powercap() { return std::make_unique<Powercap>(); }

}  // namespace assay
