// SPDX-License-Identifier: Apache-2.0
#include <sys/mman.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <thread>

#include "collectors/papi/library.h"
#include "harness/core/own_events.h"

using namespace assay;

namespace assay {
std::unique_ptr<Collector> collector_papi();
}

namespace {

std::string fake() { return std::string(std::getenv("ASSAY_BINARY_DIR")) + "/tests/fake_papi.so"; }

/// A variable of the fake's while this lives.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Environment() { unsetenv(name_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
};

std::vector<Reading> counted(Collector& collector, const std::vector<std::string>& events) {
  collector.open(events);
  collector.start();
  collector.stop();
  return collector.read();
}

int threads_of_this_process() {
  int threads = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) ++threads;
  return threads;
}

/// A thread that waits until it is destroyed.
class Waiting {
 public:
  Waiting() : thread_([this] { done_.get_future().wait(); }) {}
  ~Waiting() {
    done_.set_value();
    thread_.join();
  }

 private:
  std::promise<void> done_;
  std::thread thread_;
};

/// The collector on the library that is installed, where it can count perf's own events.
std::unique_ptr<Collector> papi_or_skip() {
  auto collector = collector_papi();
  if (!collector->probe().available) {
    WARN("libpapi is not here: " << collector->probe().reason);
    return nullptr;
  }
  const Reading tried = counted(*collector, {"perf::PAGE-FAULTS"}).at(0);
  if (tried.value) return collector;
  WARN("libpapi cannot count here: " << tried.reason);
  return nullptr;
}

void touch_pages(int pages) {
  const std::size_t bytes = static_cast<std::size_t>(pages) * 4096;
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(memory != MAP_FAILED);
  madvise(memory, bytes, MADV_NOHUGEPAGE);
  for (std::size_t at = 0; at < bytes; at += 4096) static_cast<volatile char*>(memory)[at] = 1;
  munmap(memory, bytes);
}

}  // namespace

TEST_CASE("without libpapi the probe says how to get it, and events are unsupported with that reason") {
  const auto collector = papi::make_collector({"libassay-has-no-such-papi.so"});
  const Probe probe = collector->probe();
  CHECK_FALSE(probe.available);
  CHECK(probe.reason.find("libassay-has-no-such-papi.so") != std::string::npos);
  CHECK(probe.remedy == "apt-get install libpapi7.0");
  collector->open({"PAPI_TOT_INS"});
  collector->start();
  collector->stop();
  const auto readings = collector->read();
  REQUIRE(readings.size() == 1);
  CHECK(readings[0].metric == "papi.papi_tot_ins");
  CHECK(readings[0].state == ReadingState::unsupported);
  CHECK_FALSE(readings[0].value);
}

TEST_CASE("a library that is no libpapi is refused by the symbol that it lacks") {
  const auto collector = papi::make_collector({"libm.so.6"});
  CHECK(collector->probe().reason.find("PAPI_library_init") != std::string::npos);
}

TEST_CASE("a component of threads is the sum over those that exist, one of the machine is counted once") {
  const Waiting one, two;
  const auto collector = papi::make_collector({fake()});
  REQUIRE(collector->probe().available);
  const int threads = threads_of_this_process();
  const auto readings = counted(*collector, {"PAPI_TOT_INS", "perf::PAGE-FAULTS", "machine::JOULES"});
  REQUIRE(readings.size() == 3);
  CHECK(readings[0].metric == "papi.papi_tot_ins");
  CHECK(*readings[0].value == 100 * threads);
  CHECK(readings[1].metric == "papi.perf::page-faults");
  CHECK(*readings[1].value == 10 * threads);
  CHECK(*readings[2].value == 7);
}

TEST_CASE("what Assay's own runtime counts is an event of PAPI's, or its absence has a remedy") {
  const auto collector = collector_papi();
  if (!collector->probe().available) {
    std::puts("skipped: events of one's own: libpapi is not here");
    return;
  }
  collector->open({"sde:::assay::pool.sleeps", "sde:::assay::no.such", "sde:::other::pool.sleeps"});
  collector->start();
  own_events::pool_sleeps += 3;
  own_events::pool_wakes += 5;
  collector->stop();
  const auto readings = collector->read();
  REQUIRE(readings.size() == 3);
  CHECK(readings[0].metric == "papi.sde:::assay::pool.sleeps");
  for (const auto& unknown : {readings[1], readings[2]}) {  // PAPI itself counts 0 of them
    CHECK(unknown.state == ReadingState::unsupported);
    CHECK(unknown.reason.find("pool.sleeps, sde:::assay::pool.wakes") != std::string::npos);
  }
  if (readings[0].value) {
    CHECK(*readings[0].value == 3);
  } else {
    CHECK(readings[0].reason == "libsde is not here; apt-get install libsde1");
  }
}

TEST_CASE("each PAPI event is tried by adding it, and is refused alone, in PAPI's words") {
  const auto collector = papi::make_collector({fake()});
  const auto readings =
      counted(*collector, {"PAPI_NO_SUCH", "PAPI_TAKEN", "PAPI_DENIED", "PAPI_DISABLED", "PAPI_TOT_INS"});
  REQUIRE(readings.size() == 5);
  CHECK(readings[0].state == ReadingState::unsupported);
  CHECK(readings[0].reason == "PAPI: as told; its component perf_event is disabled: no such CPU");
  CHECK(readings[1].state == ReadingState::not_counted);
  CHECK(readings[1].reason.find("fewer events") != std::string::npos);
  CHECK(readings[2].state == ReadingState::denied);
  CHECK(readings[3].state == ReadingState::unsupported);
  for (std::size_t i = 0; i < 4; ++i) CHECK_FALSE(readings[i].value);
  CHECK(readings[4].value.value_or(0) > 0);
}

TEST_CASE("where PAPI may not count the kernel, its events are denied and the others say so") {
  const Environment user_only("FAKE_PAPI_USER_ONLY", "1");
  const auto collector = papi::make_collector({fake()});
  const auto readings = counted(*collector, {"perf::CONTEXT-SWITCHES", "PAPI_TOT_INS", "machine::JOULES"});
  CHECK(readings[0].state == ReadingState::denied);
  CHECK(readings[1].reason == "user mode only");
  CHECK(readings[1].value);
  CHECK(readings[2].reason.empty());
}

TEST_CASE("a second PAPI collector, and a second opening, count for themselves; event sets are given back") {
  const auto first = papi::make_collector({fake()});
  const auto second = papi::make_collector({fake()});
  for (int round = 0; round < 100; ++round) {  // more than the fake has event sets
    CHECK(counted(*first, {"PAPI_TOT_INS"}).at(0).value);
    CHECK(counted(*second, {"PAPI_TOT_INS"}).at(0).value);
  }
}

TEST_CASE("before a region PAPI's events have no value") {
  const auto collector = papi::make_collector({fake()});
  collector->open({});
  collector->stop();
  for (const auto& reading : collector->read()) {
    CHECK_FALSE(reading.value);
    CHECK_FALSE(reading.reason.empty());
  }
}

TEST_CASE("libpapi 6.0 and 7.1 start too, an unknown version does not") {
  for (const char* version : {"0x06000000", "0x07010000"}) {
    const Environment told("FAKE_PAPI_VERSION", version);
    CHECK(papi::make_collector({fake()})->probe().available);
  }
  const Environment told("FAKE_PAPI_VERSION", "0x09000000");
  const Probe probe = papi::make_collector({fake()})->probe();
  CHECK_FALSE(probe.available);
  CHECK(probe.reason == "libpapi does not start: as told");
  CHECK_FALSE(probe.remedy.empty());
}

TEST_CASE("PAPI's native software events are counted for threads that exist already") {
  const auto collector = papi_or_skip();
  if (!collector) return;
  std::atomic<int> phase = 0;
  std::thread worker([&] {
    while (phase == 0) std::this_thread::yield();
    touch_pages(500);
    phase = 2;
    while (phase != 3) std::this_thread::yield();
  });
  collector->open({"perf::PAGE-FAULTS", "perf::TASK-CLOCK"});
  collector->start();
  phase = 1;
  touch_pages(100);
  while (phase != 2) std::this_thread::yield();
  collector->stop();
  phase = 3;
  worker.join();
  const auto readings = collector->read();
  REQUIRE(readings.size() == 2);
  INFO(readings[0].reason);
  CHECK(readings[0].metric == "papi.perf::page-faults");
  if (readings[0].reason.find("no thread that runs already") != std::string::npos) {
    WARN(readings[0].reason);  // a virtual machine: refused, and said
    CHECK_FALSE(readings[0].value);
    return;
  }
  REQUIRE(readings[0].value);
  CHECK(*readings[0].value >= 600);
  CHECK(*readings[0].value < 700);
  CHECK(readings[1].unit == "ns");
  CHECK(readings[1].value.value_or(0) > 0);
}

TEST_CASE("a second region of PAPI begins at zero") {
  const auto collector = papi_or_skip();
  if (!collector) return;
  collector->open({"perf::PAGE-FAULTS"});
  for (const int pages : {300, 10}) {
    collector->start();
    touch_pages(pages);
    collector->stop();
    const auto reading = collector->read().at(0);
    REQUIRE(reading.value);
    CHECK(*reading.value >= pages);
    CHECK(*reading.value < pages + 50);
  }
}
