// SPDX-License-Identifier: Apache-2.0
// A collector of the project's own: what the kernel of the operating system says that the process took of its
// CPUs.
#include <ctime>

#include "harness/core/snapshot_collector.h"

namespace {

const assay::Metric cpu_time{"cpu_time.process", "ns", assay::Better::lower, "CPU time of all threads"};

class CpuTime : public assay::SnapshotCollector {
 public:
  CpuTime() : SnapshotCollector("cpu_time", {{cpu_time}}) {}

 private:
  std::vector<assay::Reading> snapshot() override {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    const double ns = static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
    return {{.metric = cpu_time.id, .value = ns, .unit = cpu_time.unit}};
  }
};

}  // namespace

namespace assay {

std::unique_ptr<Collector> collector_cpu_time() { return std::make_unique<CpuTime>(); }

}  // namespace assay
