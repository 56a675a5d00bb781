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
