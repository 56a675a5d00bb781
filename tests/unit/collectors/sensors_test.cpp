// SPDX-License-Identifier: Apache-2.0
#include <sched.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <map>
#include <memory>

#include "harness/core/collector.h"
#include "harness/core/error.h"
#include "harness/core/sensors.h"
#include "tests/unit/collectors/fake_tree.h"

namespace assay {
std::unique_ptr<Collector> collector_frequency();
std::unique_ptr<Collector> collector_memory();
std::unique_ptr<Collector> collector_powercap();
std::unique_ptr<Collector> collector_pressure();
std::unique_ptr<Collector> collector_thermal();
}  // namespace assay

using namespace assay;

namespace {

std::map<std::string, Reading> readings_of(Collector& collector) {
  std::map<std::string, Reading> all;
  for (const auto& reading : collector.read()) all[reading.metric] = reading;
  return all;
}

void rapl_zone(const FakeTree& tree, const std::string& entry, const std::string& name,
               const std::string& uj) {
  tree.write("/sys/class/powercap/" + entry + "/name", name + "\n");
  tree.write("/sys/class/powercap/" + entry + "/energy_uj", uj + "\n");
  tree.write("/sys/class/powercap/" + entry + "/max_energy_range_uj", "262143328850\n");
}

}  // namespace

TEST_CASE("energy is summed over two sockets, wraps around on one of them, and counts no zone twice") {
  const FakeTree tree;
  rapl_zone(tree, "intel-rapl:0", "package-0", "1000000");
  rapl_zone(tree, "intel-rapl:0:0", "dram", "500000");
  rapl_zone(tree, "intel-rapl:1", "package-1", "262143000000");
  rapl_zone(tree, "intel-rapl-mmio:0", "package-0", "1000000");
  const auto collector = collector_powercap();
  REQUIRE(collector->probe().available);
  collector->open({});
  collector->start();
  rapl_zone(tree, "intel-rapl:0", "package-0", "3000000");
  rapl_zone(tree, "intel-rapl:0:0", "dram", "750000");
  rapl_zone(tree, "intel-rapl:1", "package-1", "671150");  // wrapped around: 328850 + 671150 microjoules
  collector->stop();
  auto readings = readings_of(*collector);
  CHECK(*readings["powercap.package"].value == Approx(2.0 + 1.0));
  CHECK(*readings["powercap.dram"].value == Approx(0.25));
  CHECK(readings["powercap.core"].state == ReadingState::unsupported);
  CHECK_FALSE(readings["powercap.core"].value);

  collector->start();  // what wrapped before does not count again
  rapl_zone(tree, "intel-rapl:1", "package-1", "1671150");
  collector->stop();
  CHECK(*readings_of(*collector)["powercap.package"].value == Approx(1.0));
}

TEST_CASE(
    "a machine without RAPL says so, and one that keeps it from us is denied with the command that opens "
    "it") {
  const FakeTree tree;
  const Probe none = collector_powercap()->probe();
  CHECK_FALSE(none.available);
  CHECK(none.reason.find("RAPL") != std::string::npos);
  tree.write("/sys/class/powercap/intel-rapl:0/name", "package-0\n");
  tree.unreadable("/sys/class/powercap/intel-rapl:0/energy_uj");
  CHECK_FALSE(collector_powercap()->probe().available);
  if (geteuid() == 0) {  // ci/lib/summary.py counts this line
    std::puts("skipped: refused rights on energy_uj: root may read everything");
    return;
  }
  tree.remove("/sys/class/powercap/intel-rapl:0/energy_uj");
  tree.write("/sys/class/powercap/intel-rapl:0/energy_uj", "1\n");
  std::filesystem::permissions(sensor_root() + "/sys/class/powercap/intel-rapl:0/energy_uj",
                               std::filesystem::perms::none);
  const Probe denied = collector_powercap()->probe();
  CHECK(denied.remedy.find("chmod a+r") != std::string::npos);
}

TEST_CASE("a counter that wrapped at an unknown range, or stopped being readable, is no energy") {
  const FakeTree tree;
  rapl_zone(tree, "intel-rapl:0", "package-0", "5000000");
  rapl_zone(tree, "intel-rapl:1", "package-1", "5000000");
  rapl_zone(tree, "intel-rapl:2", "psys", "1000000");
  rapl_zone(tree, "intel-rapl:0:0", "core", "1000000");
  rapl_zone(tree, "intel-rapl:0:1", "uncore", "1000000");  // of a graphics unit: nobody's here
  tree.remove("/sys/class/powercap/intel-rapl:1/max_energy_range_uj");
  const auto collector = collector_powercap();
  collector->open({});
  collector->start();
  rapl_zone(tree, "intel-rapl:0", "package-0", "6000000");
  tree.write("/sys/class/powercap/intel-rapl:1/energy_uj", "1000000\n");
  rapl_zone(tree, "intel-rapl:2", "psys", "4000000");
  tree.unreadable("/sys/class/powercap/intel-rapl:0:0/nothing");
  tree.remove("/sys/class/powercap/intel-rapl:0:0/energy_uj");
  collector->stop();
  auto readings = readings_of(*collector);
  CHECK(readings["powercap.package"].state == ReadingState::not_counted);
  CHECK_FALSE(readings["powercap.package"].value);  // not the other socket's alone
  CHECK(readings["powercap.package"].reason.find("unknown range") != std::string::npos);
  CHECK(*readings["powercap.psys"].value == Approx(3.0));
  CHECK(readings["powercap.core"].state == ReadingState::unsupported);
  CHECK(readings["powercap.core"].reason.find("energy_uj") != std::string::npos);
  CHECK(readings.size() == 4);
}

TEST_CASE("of two sockets both have to be read: one alone is not the machine's energy") {
  const FakeTree tree;
  rapl_zone(tree, "intel-rapl:0", "package-0", "5000000");
  rapl_zone(tree, "intel-rapl:1", "package-1", "5000000");
  tree.remove("/sys/class/powercap/intel-rapl:1/energy_uj");
  const auto collector = collector_powercap();
  CHECK_FALSE(collector->probe().available);
  collector->open({});
  collector->start();
  collector->stop();
  CHECK_FALSE(readings_of(*collector)["powercap.package"].value);
}

TEST_CASE("in a container with nothing no sensor has a value, each says why, and none breaks") {
  const FakeTree tree;
  for (const auto make :
       {collector_frequency, collector_memory, collector_powercap, collector_pressure, collector_thermal}) {
    const auto collector = make();
    const Probe probe = collector->probe();
    if (!probe.available) CHECK_FALSE(probe.reason.empty());
    collector->open({});
    collector->start();
    collector->stop();
    const auto readings = collector->read();
    CHECK(readings.size() == collector->metrics().size());
    for (const auto& reading : readings) {
      INFO(reading.metric << ": " << reading.reason);
      CHECK_FALSE(reading.value);
      CHECK_FALSE(reading.reason.empty());
      CHECK(reading.state != ReadingState::ok);
    }
  }
}

TEST_CASE("files that hold no number, and fields that are not there, are no zero") {
  const FakeTree tree;
  tree.write("/proc/self/status", "Name:\tworker\nVmRSS:\t    2048 kB\nVmHWM:\t none kB\n");
  tree.write("/sys/class/thermal/thermal_zone0/type", "cpu-thermal\n");
  tree.write("/sys/class/thermal/thermal_zone0/temp", "\n");
  tree.write("/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", "many\n");
  const auto memory = collector_memory();
  memory->open({});
  memory->start();
  memory->stop();
  auto readings = readings_of(*memory);
  CHECK(*readings["memory.resident.max"].value == 2048 * 1024);
  CHECK_FALSE(readings["memory.peak.max"].value);
  CHECK(readings["memory.peak.max"].reason.find("no VmHWM") != std::string::npos);
  const auto thermal = collector_thermal();
  CHECK_FALSE(thermal->probe().available);
  thermal->open({});
  thermal->start();
  thermal->stop();
  for (const auto& [metric, reading] : readings_of(*thermal)) {
    INFO(metric);
    CHECK_FALSE(reading.value);
    CHECK_FALSE(reading.reason.empty());
  }
}

TEST_CASE("the hottest sensor of a region is the hotter of its ends, and a sleeping sensor hides no other") {
  const FakeTree tree;
  tree.write("/sys/class/thermal/thermal_zone0/type", "acpitz\n");
  tree.write("/sys/class/thermal/thermal_zone0/temp", "80000\n");
  tree.write("/sys/class/thermal/thermal_zone1/type", "x86_pkg_temp\n");
  tree.write("/sys/class/thermal/thermal_zone1/temp", "61000\n");
  tree.write("/sys/class/hwmon/hwmon0/name", "k10temp\n");
  tree.write("/sys/class/hwmon/hwmon0/temp1_input", "64500\n");
  tree.unreadable("/sys/class/hwmon/hwmon0/temp2_input");
  tree.write("/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", "7\n");
  tree.write("/sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count", "1\n");
  const auto collector = collector_thermal();
  REQUIRE(collector->probe().available);
  collector->open({});
  collector->start();
  tree.write("/sys/class/hwmon/hwmon0/temp1_input", "59000\n");
  tree.write("/sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count", "4\n");
  collector->stop();
  auto readings = readings_of(*collector);
  CHECK(*readings["thermal.cpu.max"].value == Approx(64.5));
  CHECK(*readings["thermal.any.max"].value == Approx(80));
  CHECK(*readings["thermal.throttles"].value == 3);
}

TEST_CASE("a container with nothing has no temperature, and no throttling is not zero throttling") {
  const FakeTree tree;
  tree.write("/sys/class/thermal/cooling_device0/type", "Processor\n");  // a folder without zones
  const auto collector = collector_thermal();
  CHECK_FALSE(collector->probe().available);
  collector->open({});
  collector->start();
  collector->stop();
  for (const auto& reading : collector->read()) {
    CHECK_FALSE(reading.value);
    CHECK_FALSE(reading.reason.empty());
  }
}

TEST_CASE("the CPUs' frequency is the mean of those that the worker may use, big and little alike") {
  const FakeTree tree;
  tree.write("/proc/self/task/" + std::to_string(getpid()) + "/stat", "");
  cpu_set_t allowed;
  sched_getaffinity(0, sizeof allowed, &allowed);
  const auto set_clock = [&](int even_khz, int odd_khz) {
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (!CPU_ISSET(cpu, &allowed)) continue;
      tree.write("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/cpufreq/scaling_cur_freq",
                 std::to_string(cpu % 2 == 0 ? even_khz : odd_khz) + "\n");
    }
  };
  int even = 0;
  int odd = 0;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &allowed)) ++(cpu % 2 == 0 ? even : odd);
  }
  set_clock(2'000'000, 1'000'000);
  const auto collector = collector_frequency();
  REQUIRE(collector->probe().available);
  collector->open({"cpufreq", "frequency.aperf"});
  collector->start();
  set_clock(4'000'000, 1'000'000);
  collector->stop();
  auto readings = readings_of(*collector);
  CHECK(*readings["frequency.cpufreq"].value == Approx((even * 3e9 + odd * 1e9) / (even + odd)));
  CHECK(readings["frequency.aperf"].state == ReadingState::unsupported);
  CHECK(readings["frequency.aperf"].reason.find("/msr") != std::string::npos);
  CHECK_THROWS_AS(collector->open({"cpufrek"}), Error);
}

TEST_CASE("a cluster without cpufreq leaves no mean of the other alone") {
  const FakeTree tree;
  tree.write("/proc/self/task/" + std::to_string(getpid()) + "/stat", "");
  cpu_set_t allowed;
  sched_getaffinity(0, sizeof allowed, &allowed);
  int last = -1;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    tree.write("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/cpufreq/scaling_cur_freq",
               "2000000\n");
    last = cpu;
  }
  tree.remove("/sys/devices/system/cpu/cpu" + std::to_string(last) + "/cpufreq");
  const auto collector = collector_frequency();
  collector->open({"cpufreq"});
  collector->start();
  collector->stop();
  const auto reading = readings_of(*collector)["frequency.cpufreq"];
  CHECK_FALSE(reading.value);
  CHECK(reading.reason.find("cpu" + std::to_string(last) + "/") != std::string::npos);
}

TEST_CASE("APERF and MPERF are read at their places and added over the CPUs") {
  const FakeTree tree;
  tree.write("/proc/self/task/" + std::to_string(getpid()) + "/stat", "");
  cpu_set_t allowed;
  sched_getaffinity(0, sizeof allowed, &allowed);
  const auto set_counters = [&](char low, char next) {  // MPERF begins at byte 0xE7, APERF one behind it
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (!CPU_ISSET(cpu, &allowed)) continue;
      std::string msr(0xE7, '\0');
      msr += low;
      msr += next;
      msr.resize(0x100, '\0');
      tree.write("/dev/cpu/" + std::to_string(cpu) + "/msr", msr);
    }
  };
  set_counters(10, 1);
  const auto collector = collector_frequency();
  REQUIRE(collector->probe().available);
  collector->open({"aperf", "mperf"});
  collector->start();
  set_counters(20, 3);
  collector->stop();
  auto readings = readings_of(*collector);
  const int cpus = CPU_COUNT(&allowed);
  CHECK(*readings["frequency.aperf"].value == 2.0 * cpus);
  CHECK(*readings["frequency.mperf"].value == (10.0 + 2 * 256) * cpus);
}

TEST_CASE("pressure adds up the worker's threads and reads stalls in nanoseconds") {
  const FakeTree tree;
  tree.write("/proc/self/task/10/schedstat", "5000 100 3\n");
  tree.write("/proc/self/task/11/schedstat", "7000 200 3\n");
  tree.write("/proc/pressure/cpu",
             "some avg10=0.00 avg60=0.00 avg300=0.00 total=1000\nfull avg10=0.00 total=9\n");
  tree.write("/proc/pressure/io", "full avg10=0.00 total=9\n");
  tree.write("/proc/stat", "cpu  1 2 3 4 5 6 7 50 0 0\ncpu0 0 0 0 0 0 0 0 9 0 0\n");
  const auto collector = collector_pressure();
  collector->open({});
  collector->start();
  tree.write("/proc/self/task/11/schedstat", "9000 1200 4\n");
  tree.write("/proc/pressure/cpu",
             "some avg10=0.00 avg60=0.00 avg300=0.00 total=1250\nfull avg10=0.00 total=9\n");
  tree.write("/proc/stat", "cpu  1 2 3 4 5 6 7 52 0 0\n");
  collector->stop();
  auto readings = readings_of(*collector);
  CHECK(*readings["pressure.ran"].value == 2000);
  CHECK(*readings["pressure.run_queue_wait"].value == 1000);
  CHECK(*readings["pressure.cpu_stall"].value == 250e3);
  CHECK(*readings["pressure.steal"].value == Approx(2e9 / static_cast<double>(sysconf(_SC_CLK_TCK))));
  CHECK(readings["pressure.io_stall"].reason.find("total") != std::string::npos);
  CHECK(readings["pressure.memory_stall"].reason.find("psi=1") != std::string::npos);
}

TEST_CASE("the peak of resident memory is the region's own where the kernel sets the mark back") {
  constexpr std::size_t bytes = std::size_t{64} << 20;
  const auto touch = [&] {
    const auto block = std::make_unique<char[]>(bytes);
    for (std::size_t i = 0; i < bytes; i += 4096) static_cast<volatile char*>(block.get())[i] = 1;
  };
  const auto collector = collector_memory();
  collector->open({});
  touch();
  collector->start();
  collector->stop();
  const double idle = *readings_of(*collector)["memory.peak.max"].value;
  collector->start();
  touch();
  collector->stop();
  const double busy = *readings_of(*collector)["memory.peak.max"].value;
  CHECK(busy >= idle);
  CHECK(busy >= *readings_of(*collector)["memory.resident.max"].value);
  CHECK(busy - idle > 0.9 * static_cast<double>(bytes));
}
