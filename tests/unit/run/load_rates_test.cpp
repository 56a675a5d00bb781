// SPDX-License-Identifier: Apache-2.0
#include "harness/run/load_rates.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace assay;
using run::load_readings;

namespace {

/// `count` requests, one each `gap_ns`, served one after the other in `call_ns`.
Samples stream(std::size_t count, std::int64_t gap_ns, std::int64_t call_ns) {
  Samples samples;
  std::int64_t free_at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto due = static_cast<std::int64_t>(i) * gap_ns;
    const std::int64_t start = std::max(due, free_at);
    samples.scheduled_ns.push_back(due);
    samples.start_ns.push_back(start);
    samples.end_ns.push_back(free_at = start + call_ns);
  }
  return samples;
}

}  // namespace

TEST_CASE("an open loop whose requests come faster than they are served says so, with both rates") {
  const auto readings = load_readings(stream(1000, 50'000, 250'000));
  REQUIRE(readings.size() == 3);
  CHECK(*readings[0].value == Approx(20'000));
  CHECK(*readings[1].value == Approx(4'000));
  CHECK(readings[2].metric == "load.overloaded");
  CHECK_FALSE(readings[2].value);
  CHECK_THAT(readings[2].reason,
             Catch::Matchers::Contains("2e+04 a second") && Catch::Matchers::Contains("4000"));
}

TEST_CASE("one that keeps up is not overloaded, nor is one that a single request held up") {
  CHECK(load_readings(stream(1000, 250'000, 240'000)).size() == 2);
  Samples late = stream(1000, 250'000, 100'000);
  late.end_ns.back() += 500'000'000;  // the last call took long: nothing waited behind it
  CHECK(load_readings(late).size() == 2);
  CHECK(load_readings(stream(9, 50, 250)).empty());
  CHECK(load_readings(Samples{}).empty());
}
