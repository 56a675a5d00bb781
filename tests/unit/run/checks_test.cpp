// SPDX-License-Identifier: Apache-2.0
#include "harness/run/checks.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "harness/core/error.h"
#include "harness/run/environment.h"
#include "tests/unit/collectors/fake_tree.h"

using namespace assay;
using namespace assay::run;

namespace {

Check find(const Topology& topology, const std::string& name) {
  Host host;
  host.environment = read_environment();
  const auto checks = check_host(host, topology);
  const auto found =
      std::find_if(checks.begin(), checks.end(), [&](const Check& check) { return check.name == name; });
  REQUIRE(found != checks.end());
  return *found;
}

Topology machine(int cores, int threads) {
  Topology topology;
  topology.cores = cores;
  topology.cpus.clear();
  for (int i = 0; i < threads; ++i) topology.cpus.push_back(i);
  return topology;
}

/// What a quiet machine of four cores says.
void quiet(const FakeTree& tree) {
  tree.write("/proc/loadavg", "0.10 0.10 0.10 1/100 1\n");
  tree.write("/proc/stat", "cpu 0\ncpu0 100 0 100 9800 0 0 0 0\ncpu1 100 0 100 9800 0 0 0 0\n");
  tree.write("/proc/cpuinfo", "processor : 0\nflags : fpu sse\n");
  tree.write("/proc/meminfo", "MemTotal: 100 kB\nSwapTotal: 1000000 kB\nSwapFree: 1000000 kB\n");
  tree.write("/proc/pressure/cpu", "some avg10=0.40 avg60=0.10 avg300=0.00 total=1\n");
  tree.write("/proc/sys/kernel/perf_event_paranoid", "2\n");
  tree.write("/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
  tree.write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
  tree.write("/sys/devices/system/cpu/intel_pstate/no_turbo", "1\n");
  tree.write("/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
  tree.write("/sys/devices/system/node/online", "0\n");
  tree.write("/sys/fs/cgroup/cpu.max", "max 100000\n");
}

}  // namespace

TEST_CASE("a quiet machine that is set up for measuring has nothing to remedy") {
  const FakeTree tree;
  quiet(tree);
  Host host;
  host.environment = read_environment();
  for (const auto& check : check_host(host, machine(4, 4))) {
    INFO(check.name << ": " << check.finding);
    CHECK(check.level == Level::ok);
  }
}

TEST_CASE("each thing that makes figures noisy is warned of, with a command") {
  struct Fault {
    const char* check;
    const char* file;
    const char* content;
  };
  const Fault faults[] = {
      {"load", "/proc/loadavg", "3.90 1.00 1.00 4/100 1\n"},
      {"cpu pressure", "/proc/pressure/cpu", "some avg10=12.50 avg60=1.00 avg300=0.00 total=9\n"},
      {"steal", "/proc/stat", "cpu0 100 0 100 9700 0 0 0 100\n"},
      {"cpu quota", "/sys/fs/cgroup/cpu.max", "150000 100000\n"},
      {"swap", "/proc/meminfo", "SwapTotal: 1000000 kB\nSwapFree: 500000 kB\n"},
      {"virtualization", "/proc/cpuinfo", "flags : fpu hypervisor sse\n"},
      {"cpu governor", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "schedutil\n"},
      {"boost", "/sys/devices/system/cpu/intel_pstate/no_turbo", "0\n"},
      {"huge pages", "/sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n"},
      {"clock", "/sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet\n"},
      {"perf_event_paranoid", "/proc/sys/kernel/perf_event_paranoid", "4\n"},
  };
  for (const auto& fault : faults) {
    const FakeTree tree;
    quiet(tree);
    CHECK(find(machine(4, 4), fault.check).level == Level::ok);
    tree.write(fault.file, fault.content);
    const Check check = find(machine(4, 4), fault.check);
    INFO(check.name << ": " << check.finding);
    CHECK(check.level == Level::warn);
    CHECK_FALSE(check.finding.empty());
    CHECK_FALSE(check.remedy.empty());
  }
}

TEST_CASE("two nodes are warned of where the kernel moves pages, siblings where cores are shared") {
  const FakeTree tree;
  quiet(tree);
  tree.write("/sys/devices/system/node/online", "0-1\n");
  CHECK(find(machine(4, 4), "numa").level == Level::ok);
  tree.write("/proc/sys/kernel/numa_balancing", "1\n");
  CHECK(find(machine(4, 4), "numa").level == Level::warn);
  CHECK(find(machine(4, 8), "smt").level == Level::warn);
  CHECK(find(machine(4, 8), "smt").finding.find("up to 4 threads") != std::string::npos);
}

TEST_CASE("a container that shows nothing is no fault, and no zero is made up") {
  const FakeTree tree;
  Host host;
  host.environment = read_environment();
  for (const auto& check : check_host(host, machine(2, 2))) {
    INFO(check.name << ": " << check.finding);
    CHECK(check.level == Level::ok);
    CHECK(check.finding.find_first_of("0123456789") == std::string::npos);
  }
  for (const char* key : {"swap.used_kib", "cgroup.cpu_max", "virtualized", "steal_s", "steal_share",
                          "load.1min", "perf_event_paranoid", "clocksource", "numa.nodes"}) {
    INFO(key);
    CHECK(host.environment.count(key) == 0);
  }
}
