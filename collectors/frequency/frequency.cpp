// SPDX-License-Identifier: Apache-2.0
// Clock frequency of the CPUs that the worker's threads are bound to: what cpufreq says
// (Documentation/admin-guide/pm/ cpufreq.rst), and the APERF and MPERF counters of x86, whose ratio is the
// clock while not idle over the nominal one (Intel SDM volume 3, 15.2; AMD APM volume 2, 17.3). `clock` gives
// a frequency where both are absent.
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <set>

#include "harness/core/component.h"
#include "harness/core/sensors.h"
#include "harness/core/snapshot_collector.h"

namespace assay {

namespace {

constexpr off_t mperf_register = 0xE7;
constexpr off_t aperf_register = 0xE8;

std::set<int> cpus_of_this_process() {
  std::set<int> cpus;
  for (const auto& name : sensor_names("/proc/self/task", "")) {
    pid_t thread = 0;
    std::from_chars(name.data(), name.data() + name.size(), thread);
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (sched_getaffinity(thread, sizeof allowed, &allowed) != 0) continue;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &allowed)) cpus.insert(cpu);
    }
  }
  return cpus;
}

class Frequency : public SnapshotCollector {
 public:
  Frequency()
      : SnapshotCollector("frequency",
                          {{{"frequency.cpufreq", "Hz", Better::neither,
                             "what cpufreq says of the worker's CPUs, mean of them and of before and after"},
                            Combine::mean},
                           {{"frequency.aperf", "count", Better::neither,
                             "cycles of the worker's CPUs at their actual clock while not idle"}},
                           {{"frequency.mperf", "count", Better::neither,
                             "cycles of the worker's CPUs at the nominal clock while not idle"}}}) {}

  Probe probe() override {
    cpus_ = cpus_of_this_process();
    Probe absent = Probe::absent("neither cpufreq nor /dev/cpu/*/msr is here (virtual machines have none)",
                                 "use the collector clock; on metal, as root: modprobe msr");
    for (const auto& reading : snapshot()) {
      if (reading.value) return Probe::present();
      if (reading.state == ReadingState::denied) absent.reason = reading.reason;
    }
    return absent;
  }

  void open(const std::vector<std::string>& events) override {
    SnapshotCollector::open(events);
    cpus_ = cpus_of_this_process();
  }

 private:
  std::vector<Reading> snapshot() override {
    return {cpufreq(), register_sum(quantities()[1].metric, aperf_register),
            register_sum(quantities()[2].metric, mperf_register)};
  }

  Reading cpufreq() const {
    const Metric& metric = quantities()[0].metric;
    if (cpus_.empty())
      return without_value(metric, ReadingState::unsupported, "the worker's CPUs are not known");
    double sum = 0;
    for (const int cpu : cpus_) {
      const Reading reading = read_sensor(
          metric, "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/cpufreq/scaling_cur_freq", 1e3);
      if (!reading.value) return reading;
      sum += *reading.value;
    }
    return with_value(metric, sum / static_cast<double>(cpus_.size()));
  }

  Reading register_sum(const Metric& metric, off_t at) const {
    if (cpus_.empty())
      return without_value(metric, ReadingState::unsupported, "the worker's CPUs are not known");
    double sum = 0;
    for (const int cpu : cpus_) {
      const std::string path = "/dev/cpu/" + std::to_string(cpu) + "/msr";
      const int file = open((sensor_root() + path).c_str());
      std::uint64_t value = 0;
      const bool read = file >= 0 && pread(file, &value, sizeof value, at) == sizeof value;
      const int error = errno;
      if (file >= 0) close(file);
      if (!read) {
        const bool denied = error == EACCES || error == EPERM;
        return without_value(metric, denied ? ReadingState::denied : ReadingState::unsupported,
                             path + ": " + std::strerror(error) + (denied ? "; only root may read it" : ""));
      }
      sum += static_cast<double>(value);
    }
    return with_value(metric, sum);
  }

  static int open(const char* path) { return ::open(path, O_RDONLY | O_CLOEXEC); }

  std::set<int> cpus_;
};

}  // namespace

std::unique_ptr<Collector> collector_frequency() { return std::make_unique<Frequency>(); }

}  // namespace assay
