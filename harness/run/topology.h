// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace assay::run {

/// The CPUs that this process may use, in the order in which threads are given to them: one of each physical
/// core first, its SMT siblings after that; big cores before little ones.
struct Topology {
  std::vector<int> cpus;
  int cores = 1;                            ///< physical, among those
  std::int64_t last_level_cache_bytes = 0;  ///< all of the last level together; 0: not known
  std::int64_t memory_bytes = 0;
  std::map<std::string, std::string> facts;  ///< for Host::host_class: cpu.*, cache.*, memory.*
};

/// Reads the machine once (hwloc). `only`: no other CPUs count; empty: all that this process may use.
/// \throws Error{internal} when it cannot be read at all.
Topology read_topology(const std::vector<int>& only = {});

/// RAM of this machine, as its kernel sees it.
std::int64_t machine_memory_bytes();

/// The CPUs for a case of `threads` threads ("all", or a count): the first of `allowed`.
/// \throws Error{unavailable} when there are fewer.
std::vector<int> choose_cpus(const std::vector<int>& allowed, const std::string& threads);

/// "0,2-3" -> {0, 2, 3}. \throws Error{usage}; Error{unavailable} when one of them is not in `usable`.
std::vector<int> parse_cpu_list(const std::string& text, const std::vector<int>& usable);

}  // namespace assay::run
