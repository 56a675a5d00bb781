// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <vector>

#include "harness/core/reading.h"
#include "harness/run/environment.h"

namespace assay::run {

/// What the CPUs did during a launch beside the launch itself, each a share 0..1 of the time that passed
/// there.
struct ForeignLoad {
  double our_cpus = 0;    ///< busy on the case's CPUs, less what the worker itself used: other processes
  double other_cpus = 0;  ///< busy on the CPUs that the case does not use
  double stolen = 0;      ///< taken from the case's CPUs by the hypervisor
};

/// From two readings of /proc/stat around a launch whose worker used `worker_cpu_s` of CPU time. The kernel
/// counts in ticks of 10 ms, so a launch of 200 ms shows nothing below about 5 %. Pure.
ForeignLoad foreign_load(const std::map<int, CpuTimes>& before, const std::map<int, CpuTimes>& after,
                         const std::vector<int>& our_cpus, double worker_cpu_s);

/// The same as readings of the launch: `host.foreign_cpu`, `host.other_cpus_busy`, `host.stolen`; unsupported
/// where /proc/stat cannot be read (one of them is empty). Pure.
std::vector<Reading> load_readings(const std::map<int, CpuTimes>& before,
                                   const std::map<int, CpuTimes>& after, const std::vector<int>& our_cpus,
                                   double worker_cpu_s);

}  // namespace assay::run
