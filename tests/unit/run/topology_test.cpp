// SPDX-License-Identifier: Apache-2.0
// Machines that we do not have, as hwloc describes them.
#include "harness/run/topology.h"

#include <hwloc.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "tests/unit/collectors/fake_tree.h"

using namespace assay;
using run::read_topology;

namespace {

struct Variable {
  Variable(const char* name_, const std::string& value) : name(name_) { setenv(name, value.c_str(), 1); }
  ~Variable() { unsetenv(name); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  const char* name;
};

/// Linux of another machine, which hwloc reads as it reads this one's.
class LinuxTree {
 public:
  explicit LinuxTree(int cpus)
      : root_("HWLOC_FSROOT", tree_.root()), only_("HWLOC_COMPONENTS", "linux,stop") {
    const std::string all = "0-" + std::to_string(cpus - 1);
    for (const char* list : {"online", "possible", "present"}) write(list, all);
    for (int cpu = 0; cpu < cpus; ++cpu) {
      core(cpu, "core_id", std::to_string(cpu));
      core(cpu, "physical_package_id", "0");
      core(cpu, "core_cpus", mask(cpu, cpu));
      core(cpu, "thread_siblings", mask(cpu, cpu));
      core(cpu, "package_cpus", mask(0, cpus - 1));
      core(cpu, "core_siblings", mask(0, cpus - 1));
    }
    tree_.write("/proc/cpuinfo", "");
  }

  void write(const std::string& file, const std::string& text) const {
    tree_.write("/sys/devices/system/cpu/" + file, text + "\n");
  }
  void capacity(int cpu, int value) const {
    write("cpu" + std::to_string(cpu) + "/cpu_capacity", std::to_string(value));
  }
  void fastest(int cpu, int khz) const {
    write("cpu" + std::to_string(cpu) + "/cpufreq/cpuinfo_max_freq", std::to_string(khz));
  }
  /// CPUs `first` and `first` + 1 are one core's.
  void siblings(int first) const {
    for (int cpu = first; cpu < first + 2; ++cpu) {
      core(cpu, "core_id", std::to_string(first));
      for (const char* file : {"core_cpus", "thread_siblings"}) core(cpu, file, mask(first, first + 1));
    }
  }

 private:
  void core(int cpu, const std::string& file, const std::string& text) const {
    write("cpu" + std::to_string(cpu) + "/topology/" + file, text);
  }
  static std::string mask(int first, int last) {
    char text[16];
    std::snprintf(text, sizeof text, "%02x", (1u << (last + 1)) - (1u << first));
    return text;
  }

  FakeTree tree_;
  Variable root_;
  Variable only_;
};

/// Four cores, two of them threads each: CPUs 0 and 1 economical, 2 and 3 fast. As XML, which kinds of cores
/// need.
std::string hybrid_machine(const std::string& folder) {
  hwloc_topology_t topology = nullptr;
  hwloc_topology_init(&topology);
  hwloc_topology_set_synthetic(topology, "pack:1 core:4 pu:1");
  hwloc_topology_load(topology);
  for (int kind = 0; kind < 2; ++kind) {
    hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
    hwloc_bitmap_set_range(cpus, static_cast<unsigned>(2 * kind), 2 * kind + 1);
    hwloc_cpukinds_register(topology, cpus, kind, 0, nullptr, 0);
    hwloc_bitmap_free(cpus);
  }
  const std::string file = folder + "/hybrid.xml";
  hwloc_topology_export_xml(topology, file.c_str(), 0);
  hwloc_topology_destroy(topology);
  return file;
}

}  // namespace

TEST_CASE("the last level is all of its caches together, whatever one of them holds") {
  const Variable machine("HWLOC_SYNTHETIC", "pack:2 l3:4(size=33554432) l2:1 core:2 pu:1");
  const auto topology = read_topology();
  CHECK(topology.last_level_cache_bytes == std::int64_t{8} * 33554432);
  CHECK(topology.facts.at("cache.l3_bytes") == "33554432");
  CHECK(topology.facts.at("cache.l3_count") == "8");
  CHECK(topology.cores == 16);
}

TEST_CASE("threads are given one of each core before any sibling") {
  const Variable machine("HWLOC_SYNTHETIC", "pack:1 core:2 pu:2");
  CHECK(read_topology().cpus == std::vector<int>{0, 2, 1, 3});
}

TEST_CASE("big cores come before little ones") {
  char folder[] = "/tmp/assay-topology-XXXXXX";
  REQUIRE(mkdtemp(folder) != nullptr);
  {
    const Variable machine("HWLOC_XMLFILE", hybrid_machine(folder));
    CHECK(read_topology().cpus == std::vector<int>{2, 3, 0, 1});
  }
  std::filesystem::remove_all(folder);
}

TEST_CASE("big cores are known by the kernel's cpu_capacity, wherever their numbers lie") {
  const LinuxTree machine(6);  // two big cores in the middle of four little ones
  for (int cpu = 0; cpu < 6; ++cpu) machine.capacity(cpu, cpu == 2 || cpu == 3 ? 1024 : 414);
  const auto topology = read_topology();
  CHECK(topology.cpus == std::vector<int>{2, 3, 0, 1, 4, 5});
  CHECK(topology.cores == 6);
}

TEST_CASE(
    "P cores, whose clock is faster, come before E cores, and both before the P cores' second threads") {
  const LinuxTree machine(6);  // CPUs 2 to 5 are two P cores
  machine.siblings(2);
  machine.siblings(4);
  for (int cpu = 0; cpu < 6; ++cpu) machine.fastest(cpu, cpu < 2 ? 3'800'000 : 5'200'000);
  const auto topology = read_topology();
  CHECK(topology.cpus == std::vector<int>{2, 4, 0, 1, 3, 5});
  CHECK(topology.cores == 4);
}

TEST_CASE("cores that are alike keep the kernel's order") {
  const LinuxTree machine(4);
  for (int cpu = 0; cpu < 4; ++cpu) machine.capacity(cpu, 1024);
  CHECK(read_topology().cpus == std::vector<int>{0, 1, 2, 3});
}
