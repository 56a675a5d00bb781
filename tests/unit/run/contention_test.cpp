// SPDX-License-Identifier: Apache-2.0
#include "harness/run/contention.h"

#include <catch2/catch.hpp>
#include <string>

using namespace assay;
using namespace assay::run;

namespace {

Reading of(const char* metric, double value) { return {metric, value, "ratio", ReadingState::ok, 1, ""}; }

const Reading& find(const std::vector<Reading>& readings, const std::string& metric) {
  for (const auto& reading : readings) {
    if (reading.metric == metric) return reading;
  }
  FAIL(metric);
  return readings.front();
}

/// A host of two CPUs, `seconds` after it was first looked at.
HostTotals at(double seconds, double busy_0_s, double cpu_stall_s, double memory_stall_s) {
  HostTotals totals;
  totals.at =
      std::chrono::steady_clock::time_point(std::chrono::duration_cast<std::chrono::steady_clock::duration>(
          std::chrono::duration<double>(seconds)));
  totals.cpus = {{0, {busy_0_s, 0, seconds}}, {1, {0, 0, seconds}}};
  totals.cpu_stall_s = cpu_stall_s;
  totals.memory_stall_s = memory_stall_s;
  return totals;
}

}  // namespace

TEST_CASE("a quiet launch is not contended, at each threshold and with the other CPUs busy") {
  const Reading quiet =
      contended({of("host.foreign_cpu", 0.10), of("host.stolen", 0.10), of("host.run_queue_wait", 0.05),
                 of("host.switched_out", 100), of("host.memory_stall", 0.05), of("host.other_cpus_busy", 1),
                 of("host.cpu_stall", 1)});
  CHECK(quiet.metric == "host.contended");
  CHECK(*quiet.value == 0);
  CHECK(quiet.reason.empty());
}

TEST_CASE("each cause alone makes a launch contended, and the reason names it with its size") {
  const auto reason = [](const char* metric, double value) {
    const Reading reading = contended({of(metric, value)});
    CHECK(reading.better == Better::lower);  // as the list of metrics and every export say
    CHECK(*reading.value == 1);
    return reading.reason;
  };
  CHECK(reason("host.foreign_cpu", 0.31) == "other processes took 31 % of its CPUs");
  CHECK(reason("host.stolen", 0.2) == "the hypervisor took 20 % of its CPUs");
  CHECK(reason("host.run_queue_wait", 0.4) == "its threads waited 40 % of their time for a CPU");
  CHECK(reason("host.switched_out", 230) == "its threads lost their CPU 230 times a second");
  CHECK(reason("host.memory_stall", 0.5) == "tasks waited for memory 50 % of the time");
}

TEST_CASE("several causes are all named, and missing readings are no quiet ones") {
  CHECK(contended({of("host.run_queue_wait", 0.5), of("host.foreign_cpu", 0.5)}).reason ==
        "other processes took 50 % of its CPUs, its threads waited 50 % of their time for a CPU");
  const Reading absent{"host.stolen", std::nullopt, "ratio", ReadingState::unsupported, 0, "no /proc/stat"};
  CHECK_FALSE(contended({absent}).value);
  CHECK(contended({absent}).state == ReadingState::unsupported);
  CHECK(*contended({absent, of("host.foreign_cpu", 0)}).value == 0);
}

TEST_CASE("a launch's host readings are shares of its own time") {
  const WorkerTimes worker{.cpu_s = 1, .ran_s = 0.9, .waited_s = 0.1, .switched_out = 50};
  const auto readings = host_readings(at(100, 10, 5, 1), at(102, 11, 6, 1.5), {0}, worker);
  CHECK(*find(readings, "host.foreign_cpu").value == Approx(0).margin(1e-9));
  CHECK(*find(readings, "host.run_queue_wait").value == Approx(0.1));
  CHECK(*find(readings, "host.switched_out").value == Approx(50));
  CHECK(*find(readings, "host.cpu_stall").value == Approx(0.5));
  CHECK(*find(readings, "host.memory_stall").value == Approx(0.25));
  CHECK(*find(readings, "host.contended").value == 1);
}

TEST_CASE("where the kernel tells nothing, that is said, and a short launch's few switches are no rate") {
  const auto readings =
      host_readings({}, {}, {0}, {.cpu_s = 0.01, .ran_s = {}, .waited_s = {}, .switched_out = 5});
  for (const char* metric :
       {"host.foreign_cpu", "host.run_queue_wait", "host.cpu_stall", "host.memory_stall"}) {
    INFO(metric);
    CHECK_FALSE(find(readings, metric).value);
    CHECK_FALSE(find(readings, metric).reason.empty());
  }
  CHECK(*find(readings, "host.switched_out").value == Approx(50));
  CHECK(*find(readings, "host.contended").value == 0);
}
