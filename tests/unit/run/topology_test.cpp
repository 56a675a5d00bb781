// SPDX-License-Identifier: Apache-2.0
// Machines that we do not have, as hwloc describes them.
#include "harness/run/topology.h"

#include <hwloc.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

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
