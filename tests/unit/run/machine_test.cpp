// SPDX-License-Identifier: Apache-2.0
#include "harness/run/machine.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "harness/core/error.h"

namespace assay {

using run::far_machine;

namespace {

/// Two cores of an ARM board, of which one may be used.
transport::FarFacts board() {
  transport::FarFacts facts{{"@name", "board"},
                            {"@kernel", "Linux 5.10.110"},
                            {"@architecture", "aarch64"},
                            {"@libc", ""},
                            {"@allowed", "1"},
                            {"/proc/meminfo", "MemTotal:        2048000 kB\nMemFree: 1 kB"},
                            {"/proc/loadavg", "0.25 0.10 0.05 1/80 911"},
                            {"/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "ondemand"}};
  for (const char* const list : {"online", "possible", "present"})
    facts[std::string("/sys/devices/system/cpu/") + list] = "0-1";
  for (int cpu = 0; cpu < 2; ++cpu) {
    const std::string at = "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
    facts[at + "core_id"] = std::to_string(cpu);
    facts[at + "physical_package_id"] = "0";
    for (const char* const own : {"core_cpus", "thread_siblings"}) facts[at + own] = cpu == 0 ? "1" : "2";
    for (const char* const all : {"package_cpus", "core_siblings"}) facts[at + all] = "3";
  }
  return facts;
}

std::string get(const std::map<std::string, std::string>& facts, const std::string& key) {
  const auto found = facts.find(key);
  return found == facts.end() ? "absent" : found->second;
}

}  // namespace

TEST_CASE("another machine has the class and the environment that it tells, and nothing of this one") {
  const auto machine = far_machine(board());
  CHECK(machine.host.name == "board");
  CHECK(machine.topology.cpus == std::vector<int>{1});
  CHECK(get(machine.host.host_class, "architecture") == "aarch64");
  CHECK(get(machine.host.host_class, "cpu.threads") == "1");
  CHECK(get(machine.host.host_class, "memory.gib") == "2");
  CHECK(get(machine.host.host_class, "cpu.model") == "absent");
  CHECK(get(machine.host.environment, "kernel") == "Linux 5.10.110");
  CHECK(get(machine.host.environment, "cpu.governor") == "ondemand");
  CHECK(get(machine.host.environment, "load.1min") == "0.25");
  for (const char* const untold :
       {"libc", "os", "cpu.microcode", "clocksource", "aslr", "virtualized", "steal_s"}) {
    CAPTURE(untold);
    CHECK(get(machine.host.environment, untold) == "absent");
  }
  CHECK(std::getenv("HWLOC_FSROOT") == nullptr);
  CHECK(std::getenv("ASSAY_SYSFS_ROOT") == nullptr);
}

TEST_CASE("a machine names no file of ours") {
  auto facts = board();
  const std::string escape = "/tmp/assay-machine-test-escaped";
  std::filesystem::remove(escape);
  facts["/proc/../../../../../.." + escape] = "x";
  facts[escape] = "x";
  CHECK_NOTHROW(far_machine(facts));
  CHECK_FALSE(std::filesystem::exists(escape));
}

TEST_CASE("a machine that does not say what CPUs it has is refused") {
  CHECK_THROWS_AS(far_machine({{"@name", "board"}, {"@architecture", "armv7l"}}), Error);
}

TEST_CASE("what a far worker is made of is known by every file's hash, or not at all") {
  const std::string one(64, 'a');
  const std::string two(64, 'b');
  CHECK(run::far_binary({"./w"}, {{"@sha256", one + "  -"}}) == one);
  CHECK(run::far_binary({"python3", "w.py"}, {{"@sha256", one + "  -\n" + two + "  -"}}).size() == 64);
  CHECK(run::far_binary({"python3", "w.py"}, {{"@sha256", one + "  -\n"}}) == one);
  CHECK(run::far_binary({"./w"}, {{"@sha256", ""}}).empty());  // no sha256sum there
  CHECK(run::far_binary({"./w"}, {}).empty());
}

TEST_CASE("of a far launch's host nothing is known, and every reading says why") {
  const auto readings = run::far_readings({{"ssh"}, "ada@board"});
  CHECK(readings.size() > 5);
  for (const auto& reading : readings) {
    CAPTURE(reading.metric);
    CHECK_FALSE(reading.value);
    CHECK(reading.state == ReadingState::unsupported);
    CHECK(reading.reason.find("ada@board") != std::string::npos);
  }
}

}  // namespace assay
