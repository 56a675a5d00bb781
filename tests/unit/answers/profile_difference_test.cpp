// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/profile_difference.h"

#include <catch2/catch.hpp>

using namespace assay;

namespace {

/// One thread, the path that was counted; `per_cycle` instructions a cycle.
Profile profile_of(double ns, double instructions, double hz, double units = 1) {
  Profile profile;
  profile.row.value.workload = "dataframe.sum";
  profile.row.unit_of_work = "rows";
  profile.row.work.units = units;
  const auto add = [&](const char* id, double value) {
    MetricValue metric;
    metric.id = id;
    metric.value = value;
    metric.ci_low = 0.99 * value;
    metric.ci_high = 1.01 * value;
    profile.row.metrics.push_back(metric);
  };
  add("time.wall.p50", ns);
  add("callgrind.instructions", instructions);
  add("clock.core", hz);
  MetricValue per_cycle;
  per_cycle.id = "profile.instructions_per_cycle";
  per_cycle.value = instructions / (ns * 1e-9 * hz);
  profile.derived = {per_cycle};
  return profile;
}

double share(const ProfileDifference& difference, const std::string& what) {
  for (const auto& factor : difference.factors) {
    if (factor.what == what) return factor.share.value_or(-9);
  }
  return -99;
}

}  // namespace

TEST_CASE("half the instructions at the same rate explain all of half the time") {
  const auto difference = explain_difference(profile_of(1000, 4000, 2e9), profile_of(500, 2000, 2e9));
  CHECK(difference.ratio == Approx(2));
  CHECK(difference.apart);
  CHECK(difference.per == "call");
  CHECK(difference.factors.at(0).what == "instructions");
  CHECK(share(difference, "instructions") == Approx(1));
  CHECK(share(difference, "clock") == Approx(0).margin(1e-12));
  CHECK(share(difference, "cycles per instruction") == Approx(0).margin(1e-12));
}

TEST_CASE("the shares of the factors add up, and one that works against the others is negative") {
  // A fourth more instructions, at twice the rate, and a slower clock.
  const auto difference = explain_difference(profile_of(1000, 4000, 2e9), profile_of(700, 5000, 1.8e9));
  CHECK(share(difference, "instructions") + share(difference, "clock") +
            share(difference, "cycles per instruction") ==
        Approx(1));
  CHECK(difference.factors.at(0).what == "cycles per instruction");
  CHECK(share(difference, "instructions") < 0);
  CHECK(share(difference, "clock") < 0);
}

TEST_CASE("times that hardly differ are not explained, and calls of other work are taken by their units") {
  const auto same = explain_difference(profile_of(1000, 4000, 2e9), profile_of(1005, 4000, 2e9));
  CHECK_FALSE(same.apart);
  for (const auto& factor : same.factors) CHECK_FALSE(factor.share);
  const auto difference =
      explain_difference(profile_of(1000, 4000, 2e9, 10), profile_of(1000, 4000, 2e9, 20));
  CHECK(difference.per == "rows");
  CHECK(difference.ratio == Approx(2));
  CHECK(difference.factors.at(0).base == 400);
}

TEST_CASE(
    "without counts of the timed path cycles stay whole, and it says why; without a clock or a time nothing "
    "is told") {
  Profile counted = profile_of(1000, 4000, 2e9);
  Profile other = profile_of(500, 2000, 2e9);
  other.derived.front().value.reset();
  const auto difference = explain_difference(counted, other);
  CHECK(share(difference, "cycles") == Approx(1));
  CHECK(difference.factors.size() == 2);
  CHECK_THAT(difference.caution, Catch::Matchers::Contains("of the path that was timed"));
  other.row.metrics.pop_back();
  CHECK(explain_difference(counted, other).factors.empty());
  other.row.metrics.clear();
  CHECK(explain_difference(counted, other).ratio == 0);
}

TEST_CASE("functions are ranked by how much their instructions changed") {
  Profile base = profile_of(1000, 4000, 2e9);
  Profile other = profile_of(500, 2000, 2e9);
  base.hot_spots = {{"a", "o", "", 3000, {}}, {"b", "o", "", 500, {}}, {"c", "o", "", 7, {}}};
  other.hot_spots = {{"b", "o", "", 700, {}}, {"a", "o", "", 1000, {}}, {"c", "o", "", 7, {}}};
  const auto changes = explain_difference(base, other).functions;
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].function == "a");
  CHECK(*changes[0].other == 1000);
  CHECK(changes[1].function == "b");
}

TEST_CASE("two workloads are compared call by call, with a caution, and open loops not by factors") {
  Profile base = profile_of(1000, 4000, 2e9, 10);
  Profile other = profile_of(500, 2000, 2e9, 20);
  other.row.value.workload = "llm.gemv";
  const auto difference = explain_difference(base, other);
  CHECK(difference.per == "call");
  CHECK(difference.ratio == Approx(2));
  CHECK_THAT(difference.caution, Catch::Matchers::Contains("different workloads"));
  Profile open = profile_of(500, 2000, 2e9, 10);
  open.row.params["load"] = std::string("open:100");
  open.row.value.params["load"] = std::string("open:100");
  CHECK(explain_difference(base, open).factors.empty());
}

TEST_CASE(
    "overlapping intervals share nothing out, and a side without hot spots makes no table of functions") {
  Profile base = profile_of(1000, 4000, 2e9);
  Profile other = profile_of(1015, 4000, 2e9);
  for (const auto& factor : explain_difference(base, other).factors) CHECK_FALSE(factor.share);
  base.hot_spots = {{"a", "o", "", 3000, {}}, {"gone", "o", "", 10, {}}};
  CHECK(explain_difference(base, other).functions.empty());
  other.hot_spots = {{"a", "o", "", 3001, {}}};
  const auto changes = explain_difference(base, other).functions;
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].function == "gone");
  CHECK_FALSE(changes[0].other);  // few or none: what is below the cut is not stored
}
