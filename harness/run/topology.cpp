// SPDX-License-Identifier: Apache-2.0
#include "harness/run/topology.h"

#include <fmt/format.h>
#include <hwloc.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <tuple>

#include "harness/core/error.h"
#include "harness/core/value.h"

namespace assay::run {

namespace {

struct TopologyDeleter {
  void operator()(hwloc_topology* topology) const { hwloc_topology_destroy(topology); }
};
using TopologyHandle = std::unique_ptr<hwloc_topology, TopologyDeleter>;

TopologyHandle load() {
  hwloc_topology_t raw = nullptr;
  if (hwloc_topology_init(&raw) != 0) throw Error(ErrorCode::internal, "hwloc cannot start");
  TopologyHandle handle(raw);
  if (hwloc_topology_load(raw) != 0)
    throw Error(ErrorCode::internal, "hwloc cannot read this machine's topology");
  return handle;
}

void add_cache(Topology& topology, hwloc_topology_t handle, hwloc_obj_type_t type, const std::string& key) {
  const hwloc_obj_t cache = hwloc_get_obj_by_type(handle, type, 0);
  if (cache == nullptr || cache->attr->cache.size == 0) return;
  topology.facts["cache." + key + "_bytes"] = std::to_string(cache->attr->cache.size);
  topology.facts["cache." + key + "_count"] = std::to_string(hwloc_get_nbobjs_by_type(handle, type));
  topology.last_level_cache_bytes = 0;
  for (hwloc_obj_t each = cache; each != nullptr; each = each->next_cousin)
    topology.last_level_cache_bytes += static_cast<std::int64_t>(each->attr->cache.size);
}

}  // namespace

Topology read_topology(const std::vector<int>& only) {
  const TopologyHandle handle = load();
  hwloc_topology_t raw = handle.get();
  Topology topology;
  std::vector<std::tuple<int, int, int>>
      ranked;  // (rank among its core's siblings, how little its core is, CPU)
  const hwloc_const_bitmap_t allowed = hwloc_topology_get_allowed_cpuset(raw);
  const std::unique_ptr<hwloc_bitmap_s, void (*)(hwloc_bitmap_t)> mine(hwloc_bitmap_alloc(),
                                                                       &hwloc_bitmap_free);
  const bool bound = hwloc_get_cpubind(raw, mine.get(), HWLOC_CPUBIND_PROCESS) == 0;
  const int cores = hwloc_get_nbobjs_by_type(raw, HWLOC_OBJ_CORE);
  topology.cores = 0;
  for (int i = 0; i < std::max(cores, 1); ++i) {
    const hwloc_obj_t core = cores > 0 ? hwloc_get_obj_by_type(raw, HWLOC_OBJ_CORE, static_cast<unsigned>(i))
                                       : hwloc_get_root_obj(raw);
    int rank = 0;
    // hwloc numbers kinds of cores from the most economical to the fastest; -1: they are all alike.
    int kind = hwloc_cpukinds_get_by_cpuset(raw, core->cpuset, 0);
    int efficiency = -1;
    if (kind >= 0)
      (void)hwloc_cpukinds_get_info(raw, static_cast<unsigned>(kind), nullptr, &efficiency, nullptr, nullptr,
                                    0);
    if (efficiency < 0) kind = -1;  // then their numbers say nothing
    for (int cpu = hwloc_bitmap_first(core->cpuset); cpu >= 0; cpu = hwloc_bitmap_next(core->cpuset, cpu)) {
      const auto bit = static_cast<unsigned>(cpu);
      if (hwloc_bitmap_isset(allowed, bit) == 0 || (bound && hwloc_bitmap_isset(mine.get(), bit) == 0))
        continue;
      if (!only.empty() && std::find(only.begin(), only.end(), cpu) == only.end()) continue;
      ranked.emplace_back(cores > 0 ? rank++ : 0, -kind, cpu);
    }
    topology.cores += rank > 0 ? 1 : 0;
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
    return std::pair(std::get<0>(a), std::get<1>(a)) < std::pair(std::get<0>(b), std::get<1>(b));
  });
  for (const auto& [rank, kind, cpu] : ranked) topology.cpus.push_back(cpu);
  if (topology.cpus.empty()) throw Error(ErrorCode::internal, "no CPU is usable by this process");
  topology.cores = std::max(topology.cores, 1);

  const hwloc_obj_t package = hwloc_get_obj_by_type(raw, HWLOC_OBJ_PACKAGE, 0);
  const hwloc_obj_t described = package != nullptr ? package : hwloc_get_root_obj(raw);
  for (const char* key : {"CPUVendor", "CPUModel", "CPUFamilyNumber", "CPUModelNumber", "CPUStepping"}) {
    if (const char* value = hwloc_obj_get_info_by_name(described, key)) {
      static const std::map<std::string, std::string> names{{"CPUVendor", "cpu.vendor"},
                                                            {"CPUModel", "cpu.model"},
                                                            {"CPUFamilyNumber", "cpu.family"},
                                                            {"CPUModelNumber", "cpu.model_number"},
                                                            {"CPUStepping", "cpu.stepping"}};
      topology.facts[names.at(key)] = value;
    }
  }
  topology.facts["cpu.threads"] = std::to_string(topology.cpus.size());
  topology.facts["cpu.cores"] = std::to_string(topology.cores);
  topology.facts["cpu.packages"] =
      std::to_string(std::max(1, hwloc_get_nbobjs_by_type(raw, HWLOC_OBJ_PACKAGE)));
  topology.facts["memory.nodes"] =
      std::to_string(std::max(1, hwloc_get_nbobjs_by_type(raw, HWLOC_OBJ_NUMANODE)));
  add_cache(topology, raw, HWLOC_OBJ_L1CACHE, "l1d");
  add_cache(topology, raw, HWLOC_OBJ_L2CACHE, "l2");
  add_cache(topology, raw, HWLOC_OBJ_L3CACHE, "l3");
  // Not hwloc's sum over NUMA nodes: on virtual machines with hot-plugged memory the nodes do not add up.
  topology.memory_bytes = machine_memory_bytes();
  // Whole GiB: what firmware and kernel keep for themselves differs from boot to boot, the machine does not.
  topology.facts["memory.gib"] = std::to_string((topology.memory_bytes + (1LL << 29)) >> 30);
  return topology;
}

std::int64_t machine_memory_bytes() {
  return static_cast<std::int64_t>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE);
}

std::vector<int> choose_cpus(const std::vector<int>& allowed, const std::string& threads) {
  if (threads == "all") return allowed;
  const Value count = parse_value(threads);
  const auto* integer = std::get_if<std::int64_t>(&count);
  if (integer == nullptr || *integer < 1) {
    throw Error(ErrorCode::usage, fmt::format("threads is '{}', expected a count or 'all'", threads));
  }
  if (static_cast<std::size_t>(*integer) > allowed.size()) {
    throw Error(ErrorCode::unavailable,
                fmt::format("{} threads were asked for, and {} CPUs may be used", *integer, allowed.size()),
                "ask for fewer threads, or allow more CPUs with --cpus");
  }
  return {allowed.begin(), allowed.begin() + *integer};
}

std::vector<int> parse_cpu_list(const std::string& text, const std::vector<int>& usable) {
  std::vector<int> cpus;
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto bad = [&] {
    return Error(ErrorCode::usage, fmt::format("'{}' is not a list of CPUs", text),
                 "write for example 0,2-3");
  };
  while (at < end) {
    int first = 0;
    auto [stop, error] = std::from_chars(at, end, first);
    if (error != std::errc{}) throw bad();
    int last = first;
    if (stop < end && *stop == '-') {
      const auto [stop2, error2] = std::from_chars(stop + 1, end, last);
      if (error2 != std::errc{}) throw bad();
      stop = stop2;
    }
    if (last < first || first < 0 || last > 65535) throw bad();
    for (int cpu = first; cpu <= last; ++cpu) {
      if (std::find(usable.begin(), usable.end(), cpu) == usable.end()) {
        throw Error(ErrorCode::unavailable, fmt::format("CPU {} cannot be used by this process", cpu),
                    "'assay doctor' lists the CPUs that can");
      }
      if (std::find(cpus.begin(), cpus.end(), cpu) == cpus.end()) cpus.push_back(cpu);
    }
    if (stop < end && *stop != ',') throw bad();
    at = stop < end ? stop + 1 : stop;
  }
  if (cpus.empty()) throw bad();
  return cpus;
}

}  // namespace assay::run
