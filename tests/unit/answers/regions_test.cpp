// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/regions.h"

#include <catch2/catch.hpp>

using namespace assay;

namespace {

void add(ResultRow& row, const std::string& id, std::optional<double> value, const std::string& reason = "") {
  MetricValue metric;
  metric.id = "regions." + id;
  metric.value = value;
  metric.reason = reason;
  row.metrics.push_back(metric);
}

void add_region(ResultRow& row, const std::string& path, double calls, double share) {
  add(row, path + ".calls", calls);
  add(row, path + ".share", share);
  add(row, path + ".p50", 1000 * share);
}

}  // namespace

TEST_CASE("regions stand by nesting, the one with the most time first") {
  ResultRow row;
  add(row, "calls", 7);
  add_region(row, "a", 1, 0.25);
  add_region(row, "b", 1, 0.5);
  add_region(row, "b/small.part", 2, 0.125);
  add_region(row, "b/z", 3, 0.25);
  const auto regions = regions_of(row);
  REQUIRE(regions.size() == 4);
  CHECK(regions[0].path == "b");
  CHECK(regions[0].depth == 0);
  CHECK(regions[0].self == 0.125);
  CHECK(regions[1].name == "z");
  CHECK(regions[1].depth == 1);
  CHECK(regions[1].calls == 3);
  CHECK(regions[1].begin == 0);
  CHECK(regions[2].name == "small.part");
  CHECK(regions[2].begin == 0.25);
  CHECK(regions[2].p50_ns == 125);
  CHECK(regions[3].path == "a");
  CHECK(regions[3].begin == 0.5);
  CHECK(region_faults(row).empty());
}

TEST_CASE("an outer region that never ended stands above those in it, without values") {
  ResultRow row;
  add_region(row, "open/deep/fine", 1, 0.25);
  add(row, "unbalanced", std::nullopt, "a begin without an end: 'open'");
  const auto regions = regions_of(row);
  REQUIRE(regions.size() == 3);
  CHECK(regions[0].path == "open");
  CHECK_FALSE(regions[0].share);
  CHECK_FALSE(regions[0].self);
  CHECK(regions[2].depth == 2);
  CHECK(region_faults(row) == std::vector<std::string>{"regions.unbalanced: a begin without an end: 'open'"});
}

TEST_CASE("a case without regions has none") {
  ResultRow row;
  add(row, "calls", 0);
  CHECK(regions_of(row).empty());
  CHECK(region_faults(row).empty());
}
