// SPDX-License-Identifier: Apache-2.0
#include <sched.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "collectors/perf_event/events.h"
#include "harness/core/collector.h"
#include "harness/core/error.h"

namespace assay {
std::unique_ptr<Collector> collector_perf_event();
}

using namespace assay;

namespace {

void spin(std::chrono::milliseconds duration) {
  const auto end = std::chrono::steady_clock::now() + duration;
  while (std::chrono::steady_clock::now() < end) {
  }
}

bool absent(Collector& collector) {
  const Probe probe = collector.probe();
  if (!probe.available) WARN("skipped: " << probe.reason);
  return !probe.available;
}

}  // namespace

TEST_CASE("a reading without a value always says why, and none is a silent zero") {
  const auto collector = collector_perf_event();
  if (absent(*collector)) return;
  std::vector<std::string> all;
  for (const auto& event : perf::events()) all.push_back(event.name);
  collector->open(all);
  for (const auto& reading : collector->read()) CHECK_FALSE(reading.value);  // not started yet
  collector->start();
  spin(std::chrono::milliseconds(5));
  collector->stop();
  const auto readings = collector->read();
  CHECK(readings.size() == all.size());
  for (const auto& reading : readings) {
    INFO(reading.metric << " " << to_string(reading.state) << " " << reading.reason);
    const bool counted = reading.state == ReadingState::ok || reading.state == ReadingState::scaled;
    CHECK(counted == reading.value.has_value());
    if (!counted) CHECK_FALSE(reading.reason.empty());
    if (reading.metric == "perf.cycles" && counted) CHECK(*reading.value > 1e5);
  }
}

TEST_CASE("software events that are asked for together are each counted") {
  const auto collector = collector_perf_event();
  if (absent(*collector)) return;
  for (const auto& names :
       {std::vector<std::string>{"task_clock", "page_faults"}, {"page_faults", "task_clock"}}) {
    collector->open(names);
    collector->start();
    spin(std::chrono::milliseconds(5));
    collector->stop();
    for (const auto& reading : collector->read()) {
      INFO(reading.metric << ": " << reading.reason);
      CHECK(reading.value.has_value());
    }
  }
}

TEST_CASE("threads that exist when counters are opened are counted") {
  const auto collector = collector_perf_event();
  if (absent(*collector)) return;
  std::atomic<int> stage{0};
  std::thread other([&] {
    while (stage == 0) std::this_thread::yield();
    spin(std::chrono::milliseconds(20));
    stage = 2;
    while (stage == 2) std::this_thread::yield();
  });
  collector->open({"task_clock", "context_switches"});
  collector->start();
  stage = 1;
  for (int i = 0; i < 5; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  while (stage == 1) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  collector->stop();
  stage = 3;
  other.join();
  const auto readings = collector->read();
  REQUIRE(readings[0].value);
  CHECK(*readings[0].value > 3e6);  // the sleeping thread alone has less than one
  INFO(readings[1].reason);
  if (readings[1].value) {
    CHECK(*readings[1].value >= 5);
  } else {
    CHECK(readings[1].state == ReadingState::denied);
  }
}

TEST_CASE("each region is counted by itself") {
  const auto collector = collector_perf_event();
  if (absent(*collector)) return;
  collector->open({"task_clock"});
  collector->start();
  spin(std::chrono::milliseconds(30));
  collector->stop();
  spin(std::chrono::milliseconds(30));
  collector->start();
  collector->stop();
  CHECK(*collector->read()[0].value < 10e6);
}

TEST_CASE("an unknown event is refused with the closest name") {
  try {
    collector_perf_event()->open({"cycle"});
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::usage);
    CHECK(error.remedy.find("'cycles'") != std::string::npos);
  }
}

TEST_CASE("a raw event has the name that it is given and the code that perf_event_attr takes") {
  const auto event = perf::parse_event("retired_ops=r1000001a0");
  CHECK(event.name == "retired_ops");
  CHECK(event.type == 4);  // PERF_TYPE_RAW
  CHECK(event.config == 0x1000001a0);
  CHECK_THROWS_WITH(perf::parse_event("cycles=r76"),
                    Catch::Matchers::Contains("there is an event of this name"));
  for (const char* bad : {"=r76", "x=76", "x=r", "x=rxyz", "x=r12345678901234567", "a,b=r1", "X=r1"}) {
    INFO(bad);
    CHECK_THROWS_AS(perf::parse_event(bad), Error);
  }
}

TEST_CASE("events asked for beside raw ones are counted in one group, others in their own") {
  std::vector<perf::Event> named{perf::parse_event("cycles"), perf::parse_event("branches")};
  perf::group_events(named);
  CHECK(named[0].group != named[1].group);
  std::vector<perf::Event> mixed{perf::parse_event("slots=r400"), perf::parse_event("cycles"),
                                 perf::parse_event("branches")};
  perf::group_events(mixed);
  CHECK(mixed[0].group == mixed[1].group);
  CHECK(mixed[1].group == mixed[2].group);
}

TEST_CASE("a raw event is counted, or says why it is not") {
  const auto collector = collector_perf_event();
  if (absent(*collector)) return;
  collector->open({"slots=r400", "retiring=r8000", "task_clock"});
  collector->start();
  spin(std::chrono::milliseconds(5));
  collector->stop();
  const auto readings = collector->read();
  REQUIRE(readings.size() == 3);
  CHECK(readings[0].metric == "perf.slots");
  for (const auto& reading : readings) {
    INFO(reading.metric << " " << to_string(reading.state) << " " << reading.reason);
    CHECK((reading.value.has_value() || !reading.reason.empty()));
  }
  CHECK(readings[2].value.has_value());  // what the raw ones lack does not take the kernel's own along
}
