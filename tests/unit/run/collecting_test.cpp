// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "harness/run/collecting.h"

using namespace assay;
using namespace assay::run;

TEST_CASE("a worker is asked for the collectors that it can use, and each other one says why it is absent") {
  WorkerInfo worker;
  worker.spec.id = "mine";
  worker.hello.collectors = {{"clock", {}, {}}, {"perf_event", Probe::absent("paranoid is 3", ""), {}}};
  const Collecting result = collecting_for(worker, {"clock:core", "perf_event:cycles", "rusage"});
  CHECK(result.asked == std::vector<std::string>{"clock:core"});
  REQUIRE(result.absent.size() == 2);
  for (const auto& reading : result.absent) {
    CHECK(reading.state == ReadingState::unsupported);
    CHECK_FALSE(reading.value.has_value());
  }
  CHECK(result.absent[0].metric == "perf_event");
  CHECK(result.absent[0].reason == "paranoid is 3");
  CHECK(result.absent[1].reason == "worker 'mine' has no collector 'rusage'");
}

TEST_CASE("a collector that was asked and sent nothing leaves its metrics without a value, with the reason") {
  WorkerInfo worker;
  worker.hello.collectors = {{"v8", {}, {{"v8.heap", "byte"}, {"v8.time", "ns"}}},
                             {"rusage", {}, {{"rusage.faults", "count"}}}};
  const Collecting asked = collecting_for(worker, {"v8:heap", "rusage"});
  const auto missing = never_sent(worker, asked, {{"rusage.faults", 3, "count", ReadingState::ok, 1, ""}});
  REQUIRE(missing.size() == 2);
  CHECK(missing[0].metric == "v8.heap");
  CHECK(missing[1].unit == "ns");
  CHECK(missing[0].state == ReadingState::not_counted);
  CHECK(missing[0].reason == "the worker's collector 'v8' was asked and sent no reading");
  CHECK(never_sent(worker, collecting_for(worker, {}), {}).empty());
}

namespace {

stats::MetricGroup group_of_three() {
  stats::MetricGroup group{
      .name = "G", .uarch = "generic", .origin = "", .doc = "", .events = {}, .metrics = {}};
  const auto event = [](const std::string& name, const std::string& collector, const std::string& request) {
    return stats::GroupEvent{.name = name,
                             .collector = collector,
                             .request = request,
                             .metric = collector + "." + name,
                             .unit = "count",
                             .doc = ""};
  };
  group.events = {event("slots", "perf_event", "slots=r400"), event("package", "powercap", "package"),
                  event("cycles", "perf_event", "cycles")};
  return group;
}

}  // namespace

TEST_CASE("a group's events of one collector are asked for together, in order, once") {
  WorkerInfo worker;
  worker.hello.collectors = {{"perf_event", {}, {}},
                             {"powercap", Probe::absent("no RAPL zone", "modprobe"), {}}};
  std::vector<stats::MetricGroup> groups;
  groups.push_back(group_of_three());
  groups.push_back(group_of_three());
  const Collecting result = collecting_for(worker, {"perf_event"}, groups);
  CHECK(result.asked == std::vector<std::string>{"perf_event", "perf_event:slots=r400,cycles"});
  REQUIRE(result.absent.size() == 1);
  CHECK(result.absent[0].metric == "powercap.package");
  CHECK(result.absent[0].reason == "no RAPL zone; modprobe");
}

TEST_CASE("a collector's name ends at the first colon, and its events may hold more of them") {
  const std::string asked = "papi:PAPI_TOT_INS,perf::PAGE-FAULTS,";
  CHECK(collector_name(asked) == "papi");
  CHECK(collector_events(asked) == std::vector<std::string>{"PAPI_TOT_INS", "perf::PAGE-FAULTS"});
  CHECK(collector_events("callgrind").empty());
  CHECK(collector_events("callgrind:").empty());
}

TEST_CASE("counts say which ISA path was counted, missing ones keep their reason") {
  std::vector<Reading> readings{
      {"callgrind.instructions", 5, "count", ReadingState::ok, 1, "callgrind-3.19.0"},
      {"callgrind.d1_misses", {}, "count", ReadingState::not_counted, 0, "no dump"}};
  name_isa(readings, "avx2");
  CHECK(readings[0].reason == "callgrind-3.19.0; ISA path avx2");
  CHECK(readings[1].reason == "no dump");
}

TEST_CASE("readings are of metrics that the worker declares, or of their source, and never Assay's own") {
  const std::vector<Metric> declared{{"perf.cycles", "count"}};
  const auto check = [&](const std::string& metric) {
    protocol::Measured measured;
    measured.readings.push_back({.metric = metric, .value = 1, .unit = "count"});
    check_readings(measured, declared);
  };
  CHECK_NOTHROW(check("perf.cycles"));
  CHECK_NOTHROW(check("perf.slots"));  // a raw event, named by the user
  CHECK_THROWS_WITH(check("power.watts"), Catch::Matchers::Contains("power.watts"));
  CHECK_THROWS_AS(check("time.wall.p50"), Error);
  CHECK_THROWS_AS(check("host.stolen"), Error);
  CHECK_THROWS_AS(check("result.not_finite"), Error);
  protocol::Measured measured;
  measured.readings = {{.metric = "perf.cycles", .value = 1, .unit = "ns"}};
  CHECK_THROWS_WITH(check_readings(measured, declared), Catch::Matchers::Contains("hello declares 'count'"));
  measured.readings.clear();
  measured.tracks = {{"perf.cycles", "ns", {1}, {2}}};
  CHECK_THROWS_WITH(check_readings(measured, declared), Catch::Matchers::Contains("hello declares 'count'"));
}

TEST_CASE("the code that an implementation has beside the worker is part of what is under test") {
  WorkerInfo worker;
  worker.binary_sha256 = "abc";
  protocol::WorkloadOffer offer;
  offer.definition.name = "toy.sum";
  offer.implementations = {{.name = "linked", .doc = "", .probe = {}},
                           {.name = "plugged", .doc = "", .probe = {}, .binary = "1-2"}};
  worker.hello.workloads = {offer};
  const auto binary = [&](const std::string& implementation) {
    return subject_of(worker, {"toy.sum", implementation, {}, "cpu"}).binary;
  };
  CHECK(binary("linked") == "abc");
  const std::string before = binary("plugged");
  CHECK(before != "abc");
  worker.hello.workloads[0].implementations[1].binary = "3-2";  // the module alone was built again
  CHECK(binary("plugged") != before);
  CHECK(binary("linked") == "abc");
}
