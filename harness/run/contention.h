// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "harness/core/reading.h"
#include "harness/run/environment.h"

namespace assay::run {

/// What a host counts for all its processes together, before or after a launch. Needs no privileges.
struct HostTotals {
  std::chrono::steady_clock::time_point at{};
  std::map<int, CpuTimes> cpus;          ///< empty: /proc/stat cannot be read
  std::optional<double> cpu_stall_s;     ///< PSI: some task waited for a CPU; empty: a kernel without PSI
  std::optional<double> memory_stall_s;  ///< PSI: some task waited for memory
};
HostTotals read_host_totals();

/// What the scheduler says of the launch's own worker.
struct WorkerTimes {
  double cpu_s = 0;                ///< used in all
  std::optional<double> ran_s;     ///< its threads ran, and
  std::optional<double> waited_s;  ///< were ready to run without a CPU; empty where the kernel does not tell
  std::int64_t switched_out = 0;   ///< times that a thread lost its CPU without having asked for it
};

/// Readings of a launch about its host: those of foreign_load.h; `host.run_queue_wait`, the share of the time
/// in which the worker's threads wanted a CPU and had none; `host.switched_out`, how often they lost theirs,
/// a second of CPU time; `host.cpu_stall` and `host.memory_stall`, the share of the launch in which some task
/// of the host waited; and `host.contended`. What cannot be read is unsupported, with its reason. Pure.
std::vector<Reading> host_readings(const HostTotals& before, const HostTotals& after,
                                   const std::vector<int>& our_cpus, const WorkerTimes& worker);

/// `host.contended`: 1 when one of the launch's other readings is above its threshold, with all that are as
/// the reason; else 0; unsupported when none of them has a value. The thresholds stand here once:
///
/// | reading | above | because |
/// | --- | --- | --- |
/// | host.foreign_cpu, host.stolen | 10 % | ticks of 10 ms: in the shortest launches, of 0.1 s, one tick is
/// this much | | host.run_queue_wait | 5 % | a change of this size is what runs are made to find; an idle
/// host has below 1 % | | host.switched_out | 100 /s | a slice is about 3 ms, so a thread that shares its CPU
/// loses it more often; an idle host's kernel threads take it some ten times | | host.memory_stall | 5 % |
/// reclaim and swapping slow everybody, whatever CPU they are on |
///
/// Others' load on the CPUs that the case does not use (host.other_cpus_busy, host.cpu_stall) is recorded and
/// contends for memory and clock only: it says nothing sure about this case. Pure.
Reading contended(const std::vector<Reading>& readings);

}  // namespace assay::run
