// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/counter.h"

#include <array>
#include <catch2/catch.hpp>

using namespace assay;
using namespace assay::stats;

TEST_CASE("a counter that ran all the time is taken as it is") {
  const auto reading = scaled_reading("perf.cycles", "count", {1000, 50, 50});
  CHECK(reading.state == ReadingState::ok);
  CHECK(*reading.value == 1000);
  CHECK(reading.coverage == 1);
}

TEST_CASE("a multiplexed counter is scaled, and says how much of the region it saw") {
  // The probe of reference/probes.md 1: 5.66 ms counted, enabled 11.35 ms, running 5.66 ms.
  const auto reading = scaled_reading("perf.task_clock", "ns", {5'660'000, 11'350'000, 5'660'000});
  CHECK(reading.state == ReadingState::scaled);
  CHECK(*reading.value == Approx(11'350'000));
  CHECK(reading.coverage == Approx(0.4987).margin(1e-4));
}

TEST_CASE("a counter that was never on the hardware has no value") {
  for (const RawCount count : {RawCount{0, 100, 0}, RawCount{0, 0, 0}}) {
    const auto reading = scaled_reading("perf.cycles", "count", count);
    CHECK(reading.state == ReadingState::not_counted);
    CHECK_FALSE(reading.value);
    CHECK(reading.coverage == 0);
    CHECK_FALSE(reading.reason.empty());
  }
}

TEST_CASE("threads add up, one that was not counted spoils the sum, one that slept does not") {
  std::array<RawCount, 3> counts{{{100, 10, 10}, {100, 20, 10}, {0, 0, 0}}};
  const auto sum = sum_over_threads("perf.cycles", "count", counts.data(), counts.size());
  CHECK(*sum.value == 300);
  CHECK(sum.state == ReadingState::scaled);
  CHECK(sum.coverage == 0.5);
  counts[2] = {0, 10, 0};
  CHECK_FALSE(sum_over_threads("perf.cycles", "count", counts.data(), counts.size()).value);
}

TEST_CASE("differences of counts never go below zero") {
  const auto d = difference({10, 20, 30}, {4, 25, 30});
  CHECK(d.value == 6);
  CHECK(d.enabled_ns == 0);
  CHECK(d.running_ns == 0);
}
