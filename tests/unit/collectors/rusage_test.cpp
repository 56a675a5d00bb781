// SPDX-License-Identifier: Apache-2.0
#include <sys/mman.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "harness/core/collector.h"
#include "harness/core/error.h"

namespace assay {
std::unique_ptr<Collector> collector_rusage();
}

using namespace assay;

TEST_CASE("rusage counts the faults and switches of the region and no others") {
  const auto collector = collector_rusage();
  collector->open({"minor_faults", "rusage.voluntary_switches"});
  collector->start();
  constexpr std::size_t pages = 100;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* memory = mmap(nullptr, pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(memory != MAP_FAILED);
  madvise(memory, pages * page, MADV_NOHUGEPAGE);
  for (std::size_t i = 0; i < pages; ++i) static_cast<volatile char*>(memory)[i * page] = 1;
  for (int i = 0; i < 5; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  collector->stop();
  munmap(memory, pages * page);
  const auto readings = collector->read();
  REQUIRE(readings.size() == 2);
  CHECK(*readings[0].value >= pages);
  CHECK(*readings[0].value < pages + 100);
  CHECK(*readings[1].value >= 5);
  CHECK(readings[1].metric == "rusage.voluntary_switches");
}

TEST_CASE("a region that was not started has no rusage, and unknown events are refused") {
  const auto collector = collector_rusage();
  collector->open({});
  collector->stop();
  for (const auto& reading : collector->read()) {
    CHECK_FALSE(reading.value);
    CHECK(reading.state == ReadingState::not_counted);
  }
  CHECK(collector->read().size() == collector->metrics().size());
  CHECK_THROWS_AS(collector->open({"user_tim"}), Error);
}
