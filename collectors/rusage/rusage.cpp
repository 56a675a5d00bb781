// SPDX-License-Identifier: Apache-2.0
// getrusage(2) of the whole process, all threads: CPU time, page faults, context switches.
#include <sys/resource.h>

#include <cerrno>
#include <cstring>

#include "harness/core/component.h"
#include "harness/core/sensors.h"
#include "harness/core/snapshot_collector.h"

namespace assay {

namespace {

double nanoseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_usec) * 1e3;
}

class Rusage : public SnapshotCollector {
 public:
  Rusage()
      : SnapshotCollector(
            "rusage",
            {{{"rusage.user_time", "ns", Better::lower, "CPU time in user mode, all threads"}},
             {{"rusage.system_time", "ns", Better::lower, "CPU time in the kernel, all threads"}},
             {{"rusage.minor_faults", "count", Better::lower, "page faults that needed no reading"}},
             {{"rusage.major_faults", "count", Better::lower, "page faults that read from a file or swap"}},
             {{"rusage.voluntary_switches", "count", Better::lower,
               "times that a thread waited and gave up its CPU"}},
             {{"rusage.involuntary_switches", "count", Better::lower,
               "times that a thread was made to give up its CPU"}}}) {}

 private:
  std::vector<Reading> snapshot() override {
    rusage usage{};
    const bool read = getrusage(RUSAGE_SELF, &usage) == 0;
    const int error = errno;
    const double values[] = {nanoseconds(usage.ru_utime),          nanoseconds(usage.ru_stime),
                             static_cast<double>(usage.ru_minflt), static_cast<double>(usage.ru_majflt),
                             static_cast<double>(usage.ru_nvcsw),  static_cast<double>(usage.ru_nivcsw)};
    std::vector<Reading> readings;
    for (std::size_t i = 0; i < quantities().size(); ++i) {
      const Metric& metric = quantities()[i].metric;
      readings.push_back(read ? with_value(metric, values[i])
                              : without_value(metric, ReadingState::unsupported,
                                              std::string("getrusage: ") + std::strerror(error)));
    }
    return readings;
  }
};

}  // namespace

std::unique_ptr<Collector> collector_rusage() { return std::make_unique<Rusage>(); }

}  // namespace assay
