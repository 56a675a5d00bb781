// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/judge/result.h"

namespace assay {

/// One limit of a machine, from one valid case of the family roof.
struct Limit {
  enum class Kind {
    bandwidth,   ///< of a memory level; byte/s
    latency,     ///< of a memory level; ns an access
    arithmetic,  ///< operations/s
    clock,       ///< Hz
    handover,    ///< ns for a cache line from one core to another
    fork_join,   ///< ns for a fork and join of all threads
    gap,         ///< ns that a core was kept from its work: the p99 of such gaps
    launch,      ///< ns for a start of a device's kernel
    transfer,    ///< between host and device; byte/s
  };
  Kind kind = Kind::bandwidth;
  std::string what;   ///< "L2 load", "f32 fma", "memory", "cores 0 and 1"
  std::string level;  ///< of bandwidth and latency: "L1", "L2", "L3", "memory"; on a device that is not the
                      ///< CPU "16 MiB arrays"
  double bytes = 0;  ///< of bandwidth and latency: of the arrays, all threads' together where they share them
  int threads = 0;   ///< 0: on a device that is not the CPU
  MetricValue value;
  std::string case_key;
  std::vector<CaseNote> notes{};  ///< what speaks against it
};

/// Where one case stands under these limits.
struct Placement {
  std::string case_key;
  int threads = 0;
  double intensity =
      0;  ///< operations per compulsory byte, by the definition's formulas; 0: not both are known
  double counted_intensity = 0;  ///< operations per byte that counters saw come from memory
                                 ///< (perf.memory_bytes, group MEM; cupti_range.dram_read and dram_written,
                                 ///< group MEMORY); 0: not counted, or none came
  double performance = 0;        ///< operations/s at the p50; 0: it counts none
  MetricValue
      fraction;  ///< roof.fraction against these limits; its reason says what binds, or why there is none
};

struct Roofline {
  std::vector<Limit> limits;          ///< by kind, then by bytes: the slowest level last
  std::vector<Placement> placements;  ///< of the device's valid cases, those of the family roof left out
  std::string device = "cpu";
  std::string fidelity = "hardware";  ///< of its cases
};

/// The roofline of \p device; rows of other devices are left out. What is not the CPU is timed by its own
/// clock where it has one, but for launches and transfers, which the host waits for. Its caches are not
/// known, so a level is named by the size of the arrays. \p roofs: rows of a run that measured the family
/// roof on this host class; \p rows: any cases of the same host class (the same rows will do). \p host_class
/// of that host tells the caches' sizes, by which levels are named: data of a thread's share (of latency:
/// all, which each thread walks) up to the L1d cache, up to the L2, all of it up to the last level's caches
/// together, and memory from four times those on; what lies between is "L3 and memory".
Roofline make_roofline(const std::vector<ResultRow>& roofs, const std::vector<ResultRow>& rows,
                       const std::map<std::string, std::string>& host_class,
                       const std::string& device = "cpu");

}  // namespace assay
