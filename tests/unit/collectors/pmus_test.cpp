// SPDX-License-Identifier: Apache-2.0
// Cores of several kinds, and what the kernel refuses, on machines that we do not have.
#include "collectors/perf_event/pmus.h"

#include <linux/perf_event.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cerrno>

#include "tests/unit/collectors/fake_tree.h"

using namespace assay;
using namespace assay::perf;
using Catch::Matchers::Contains;

namespace {

void pmu(const FakeTree& tree, const std::string& name, const std::string& type, const std::string& cpus) {
  const std::string path = "/sys/bus/event_source/devices/" + name;
  tree.write(path + "/type", type + "\n");
  if (!cpus.empty()) tree.write(path + "/cpus", cpus + "\n");
}

/// A client of Intel's: CPUs 0 to 3 are two P cores' threads, 4 to 7 E cores.
void hybrid(const FakeTree& tree) {
  pmu(tree, "cpu_core", "4", "0-3");
  pmu(tree, "cpu_atom", "10", "4-7");
  pmu(tree, "uncore_imc_0", "21", "");
  tree.write("/sys/bus/event_source/devices/uncore_imc_0/cpumask", "0\n");
  pmu(tree, "software", "1", "");
}

}  // namespace

TEST_CASE("cores of two kinds have a PMU each, and uncore PMUs are none of cores") {
  const FakeTree tree;
  hybrid(tree);
  const auto pmus = core_pmus();
  REQUIRE(pmus.size() == 2);
  CHECK(pmus[0].name == "cpu_atom");
  CHECK(pmus[0].type == 10);
  CHECK(pmus[0].cpus == std::vector<int>{4, 5, 6, 7});
  CHECK(pmus[1].name == "cpu_core");
  CHECK(pmus[1].cpus == std::vector<int>{0, 1, 2, 3});
}

TEST_CASE(
    "big and little cores of Arm are two kinds, wherever their CPUs lie; cores that are alike need no PMU") {
  const FakeTree tree;
  pmu(tree, "armv8_cortex_a53", "7", "0,3-5");
  CHECK(core_pmus().empty());
  pmu(tree, "armv8_cortex_a72", "8", "1-2");
  const auto pmus = core_pmus();
  REQUIRE(pmus.size() == 2);
  CHECK(pmus[0].cpus == std::vector<int>{0, 3, 4, 5});
  tree.write("/sys/bus/event_source/devices/armv8_cortex_a72/cpus", "\n");  // all of them are offline
  CHECK(core_pmus().empty());
}

TEST_CASE("a container that shows no PMUs has the kernel's own choice") {
  const FakeTree tree;
  CHECK(core_pmus().empty());
  const auto opened = openings(parse_event("cycles"), {});
  REQUIRE(opened.size() == 1);
  CHECK(opened[0].type == PERF_TYPE_HARDWARE);
  CHECK(opened[0].config == PERF_COUNT_HW_CPU_CYCLES);
  CHECK(opened[0].pmu.empty());
}

TEST_CASE(
    "a thread's hardware events are opened on each PMU of the cores it may run on, software events once") {
  const FakeTree tree;
  hybrid(tree);
  const auto pmus = core_pmus();
  CHECK(pmus_on(pmus, {0, 1}).size() == 1);
  CHECK(pmus_on(pmus, {0, 1})[0].name == "cpu_core");
  CHECK(pmus_on(pmus, {3, 4}).size() == 2);
  CHECK(pmus_on(pmus, {}).empty());

  const auto cycles = openings(parse_event("cycles"), pmus);
  REQUIRE(cycles.size() == 2);
  CHECK(cycles[0].type == PERF_TYPE_HARDWARE);
  CHECK(cycles[0].config == (std::uint64_t{10} << 32 | PERF_COUNT_HW_CPU_CYCLES));
  CHECK(cycles[1].config == (std::uint64_t{4} << 32 | PERF_COUNT_HW_CPU_CYCLES));
  const auto loads = openings(parse_event("l1d_loads"), pmus_on(pmus, {5}));
  REQUIRE(loads.size() == 1);
  CHECK(loads[0].type == PERF_TYPE_HW_CACHE);
  CHECK(loads[0].config >> 32 == 10);
  const auto clock = openings(parse_event("task_clock"), pmus);
  REQUIRE(clock.size() == 1);
  CHECK(clock[0].type == PERF_TYPE_SOFTWARE);
  CHECK(clock[0].config >> 32 == 0);
}

TEST_CASE("a raw event is of one kind of cores, and is refused where threads run on two") {
  const FakeTree tree;
  hybrid(tree);
  const auto pmus = core_pmus();
  const auto raw = parse_event("ops=r00c1");
  const auto on_atom = openings(raw, pmus_on(pmus, {6, 7}));
  REQUIRE(on_atom.size() == 1);
  CHECK(on_atom[0].type == 10);
  CHECK(on_atom[0].config == 0xc1);
  CHECK(ambiguous(raw, pmus_on(pmus, {6, 7})).empty());
  CHECK(ambiguous(raw, {}).empty());
  CHECK_THAT(ambiguous(raw, pmus), Contains("cpu_atom") && Contains("cpu_core") && Contains("--cpus"));
  CHECK(ambiguous(parse_event("cycles"), pmus).empty());
}

TEST_CASE("what a thread did on each kind of cores adds up, without a scale where nothing was multiplexed") {
  const stats::RawCount moved[] = {{600, 1000, 400}, {900, 1000, 600}};
  const auto all = over_pmus(moved, 2);
  CHECK(all.value == 1500);
  CHECK(all.enabled_ns == 1000);
  CHECK(all.running_ns == 1000);
  CHECK(stats::scaled_reading("perf.cycles", "count", all).state == ReadingState::ok);

  const stats::RawCount stayed[] = {{0, 1000, 0}, {2000, 1000, 1001}};  // on one kind alone
  CHECK(stats::scaled_reading("perf.cycles", "count", over_pmus(stayed, 2)).value == 2000);

  const stats::RawCount shared[] = {{100, 1000, 250}, {100, 1000, 250}};  // both multiplexed
  const auto scaled = stats::scaled_reading("perf.cycles", "count", over_pmus(shared, 2));
  CHECK(scaled.state == ReadingState::scaled);
  CHECK(scaled.value == 400);
  CHECK(scaled.coverage == 0.5);

  const stats::RawCount never[] = {{0, 1000, 0}, {0, 1000, 0}};
  CHECK_FALSE(stats::scaled_reading("perf.cycles", "count", over_pmus(never, 2)).value);
}

TEST_CASE(
    "what the kernel refuses says why: paranoid=4, too many files, no such counter on one kind of cores") {
  const FakeTree tree;
  const auto cycles = parse_event("cycles");
  CHECK_THAT(refused(cycles, EACCES).reason, Contains("perf_event_paranoid is not readable"));
  tree.write("/proc/sys/kernel/perf_event_paranoid", "4\n");
  for (const int error : {EACCES, EPERM}) {
    const auto reading = refused(cycles, error);
    CHECK(reading.state == ReadingState::denied);
    CHECK_FALSE(reading.value);
    CHECK_THAT(reading.reason,
               Contains("perf_event_paranoid is 4") && Contains("sysctl kernel.perf_event_paranoid=1"));
  }
  CHECK(refused(cycles, EMFILE).state == ReadingState::denied);
  CHECK_THAT(refused(cycles, EMFILE).reason, Contains("ulimit -n"));
  CHECK(refused(cycles, ENOENT).state == ReadingState::unsupported);
  CHECK_THAT(refused(cycles, ENOENT).reason,
             Contains("this CPU, virtual machine or kernel has no such counter"));
  CHECK_THAT(refused(cycles, ENOENT, "cpu_atom").reason, Contains("cpu_atom has no such counter"));
}
