// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "harness/core/host.h"
#include "harness/run/topology.h"

namespace assay::run {

/// What is recorded about the host before and after a run: kernel, libc, governor, load, pressure, steal,
/// temperature. Flat keys; one that cannot be read is left out (missing is not zero).
std::map<std::string, std::string> read_environment();

/// As runs record it.
std::string host_name();

/// The host with its class (what identifies it) and its environment now.
Host read_host(const Topology& topology);

/// First line of a small file under the sysfs root (`ASSAY_SYSFS_ROOT`, else "/"); empty when it cannot be
/// read. `path` is absolute: "/proc/loadavg".
std::string read_line(const std::string& path);

/// Jiffies per CPU since boot from /proc/stat: busy (all but idle and iowait) and stolen by the hypervisor.
struct CpuTimes {
  double busy_s = 0;
  double steal_s = 0;
  double total_s = 0;
};
std::map<int, CpuTimes> read_cpu_times();

}  // namespace assay::run
