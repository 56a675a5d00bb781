// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "collectors/perf_event/events.h"
#include "harness/stats/counter.h"

/// Machines with several kinds of cores (Intel's P and E cores, Arm's big and little ones) have a PMU for
/// each kind. An event that names none is counted on one of them alone, and what a thread does on the others
/// is missing.
namespace assay::perf {

/// A kind of cores' counters.
struct CorePmu {
  std::string name;        ///< "cpu_core", "armv8_cortex_a72"
  std::uint32_t type = 0;  ///< perf_event_attr::type of its own events
  std::vector<int> cpus;   ///< where it counts
};

/// Those of a machine with several kinds of cores, by name; none where all cores are alike
/// (/sys/bus/event_source/devices/*/{type,cpus}: only PMUs of cores have a file `cpus`).
std::vector<CorePmu> core_pmus();

/// Those that count where a thread may run. Pure.
std::vector<CorePmu> pmus_on(const std::vector<CorePmu>& pmus, const std::vector<int>& cpus);

/// An event as perf_event_open(2) takes it.
struct Opening {
  std::uint32_t type = 0;
  std::uint64_t config = 0;
  std::string pmu;  ///< empty: the kernel knows which
};

/// One for each of the thread's PMUs: hardware and cache events name the PMU in the upper half of their code
/// (Linux 5.13). Software events, and all where `pmus` is empty, have one. Pure.
std::vector<Opening> openings(const Event& event, const std::vector<CorePmu>& pmus);

/// A thread's count from those of its PMUs: it runs on one kind of cores at a time, and what one does not
/// count the other does. Pure.
stats::RawCount over_pmus(const stats::RawCount* counts, std::size_t n);

/// A raw event's code means another event on each kind of cores. Why it cannot be counted; empty: it can.
/// Pure.
std::string ambiguous(const Event& event, const std::vector<CorePmu>& pmus);

/// Why an event could not be opened; `pmu`: which refused it, where there are several.
Reading refused(const Event& event, int error, const std::string& pmu = {});

/// What kernel.perf_event_paranoid is.
std::string paranoid_level();
inline constexpr const char* paranoid_remedy =
    "as root: sysctl kernel.perf_event_paranoid=1, or give the worker CAP_PERFMON";

}  // namespace assay::perf
