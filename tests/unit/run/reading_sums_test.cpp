// SPDX-License-Identifier: Apache-2.0
#include "harness/run/reading_sums.h"

#include <catch2/catch.hpp>

using namespace assay;

namespace {

Reading reading(const std::string& metric, const std::string& unit, std::optional<double> value) {
  return {metric, value, unit, value ? ReadingState::ok : ReadingState::denied, 1, value ? "" : "refused"};
}

}  // namespace

TEST_CASE("readings of chunks: counts are summed and divided by calls, ratios averaged, peaks kept") {
  run::ReadingSums sums;
  sums.add({reading("perf.cycles", "count", 100), reading("clock.core", "Hz", 2e9),
            reading("memory.peak.max", "byte", 5e6), reading("thermal.cpu.max", "degC", 60)},
           10);
  sums.add({reading("perf.cycles", "count", 500), reading("clock.core", "Hz", 4e9),
            reading("memory.peak.max", "byte", 4e6), reading("thermal.cpu.max", "degC", 70)},
           30);
  const auto all = sums.per_call();
  REQUIRE(all.size() == 4);
  CHECK(*all[0].value == 15);
  CHECK(*all[1].value == 3.5e9);
  CHECK(*all[2].value == 5e6);
  CHECK(*all[3].value == 70);
}

TEST_CASE("a chunk without a value leaves none in the sum, with its reason") {
  run::ReadingSums sums;
  sums.add({reading("perf.cycles", "count", 100)}, 1);
  sums.add({reading("perf.cycles", "count", std::nullopt)}, 1);
  sums.add({reading("perf.cycles", "count", 100)}, 1);
  const auto all = sums.per_call();
  REQUIRE(all.size() == 1);
  CHECK_FALSE(all[0].value);
  CHECK(all[0].reason == "refused");
}

TEST_CASE("a metric that two collectors of a chunk counted is not counted twice") {
  run::ReadingSums sums;
  sums.add({reading("perf.cycles", "count", 100), reading("perf.cycles", "count", 90)}, 1);
  sums.add({reading("perf.cycles", "count", 300), reading("perf.cycles", "count", 290)}, 1);
  const auto all = sums.per_call();
  REQUIRE(all.size() == 1);
  CHECK(*all[0].value == 200);
}

TEST_CASE("a metric that a chunk lacks wholly is per call of the chunks that have it") {
  run::ReadingSums sums;
  sums.add({reading("perf.cycles", "count", 100), reading("clock.core", "Hz", 2e9)}, 10);
  sums.add({reading("perf.misses", "count", 60)}, 30);
  const auto all = sums.per_call();
  REQUIRE(all.size() == 3);
  CHECK(*all[0].value == 10);
  CHECK(*all[1].value == 2e9);
  CHECK(*all[2].value == 2);
}

TEST_CASE("how chunks are joined is what the metric declares, and its unit's matter only where it does not") {
  run::ReadingSums sums({{"queue.depth", "count", Better::lower, "", Over::mean},
                         {"heap.used", "byte", Better::lower, "", Over::highest},
                         {"sum.ratio", "ratio", Better::lower, "", Over::total}});
  sums.add({reading("queue.depth", "count", 4), reading("heap.used", "byte", 100),
            reading("sum.ratio", "ratio", 30), reading("other.count", "count", 30)},
           10);
  sums.add({reading("queue.depth", "count", 8), reading("heap.used", "byte", 50),
            reading("sum.ratio", "ratio", 10), reading("other.count", "count", 10)},
           30);
  const auto all = sums.per_call();
  REQUIRE(all.size() == 4);
  CHECK(*all[0].value == 7);  // weighted by calls, and not divided by them
  CHECK(*all[1].value == 100);
  CHECK(*all[2].value == 1);
  CHECK(*all[3].value == 1);
}
