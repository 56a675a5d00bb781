// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/looks.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "harness/stats/signed_rank.h"

using namespace assay;

TEST_CASE("looks share the whole budget, and each that has a share can reject within it") {
  for (const double level : {0.05, 0.005, 0.0005, 0.00005}) {
    const auto looks = plan_looks(6, 60, level);
    REQUIRE(looks.size() == 10);
    double sum = 0;
    for (const Look& look : looks) {
      sum += look.weight;
      if (look.weight > 0) CHECK(std::ldexp(1.0, -look.pairs) <= level * look.weight);
    }
    CHECK(sum == Approx(1));
  }
}

TEST_CASE("a suite of 100 cases looks from the third batch on, most of all at the end") {
  const auto looks = plan_looks(6, 60, 0.05 / 100 / 2);
  CHECK(looks[0].weight == 0);
  CHECK(looks[1].weight == 0);
  CHECK(looks[2].pairs == 18);
  CHECK(looks[2].weight == Approx(9.0 / 380));
  CHECK(looks[9].weight == Approx(100.0 / 380));
  CHECK(plan_looks(6, 60, 1e-30).empty());
  CHECK(plan_looks(6, 5, 0.05).empty());
}

TEST_CASE("tests of a look hold differences against nothing, a margin and the smallest effect") {
  const std::vector<double> differences{0.010, 0.011, 0.012, 0.013, 0.014, 0.015};
  const LookTest test = test_look(differences, 0, 0.02);
  CHECK(test.pairs == 6);
  CHECK(test.better == Approx(std::ldexp(1.0, -6) / 0.95));
  CHECK(test.worse == 1);
  CHECK(test.same == Approx(std::ldexp(1.0, -6) / 0.95));  // all of them lie within 0.02
  CHECK(test_look(differences, 0.02, 0.02).better == 1);
  CHECK(test_look(differences, 0, 0.005).same == 1);
  const LookTest sum = test_sum(differences, 0.001, 0.02);
  CHECK(sum.better == std::ldexp(1.0, -6));
  CHECK(sum.same == std::ldexp(1.0, -6));
}

TEST_CASE("signs see a change through disturbances that ranks do not see through") {
  std::vector<double> differences;
  for (int i = 0; i < 60; ++i)
    differences.push_back(i % 10 < 2 ? (i % 2 == 0 ? 0.2 : -0.2) : 0.02 + 1e-5 * i);
  const LookTest test = test_look(differences, 0, 0.0075);
  CHECK(test.better < 1e-8);
  CHECK(stats::signed_rank(differences).p_greater > 1e-6);
  const Shift shift = estimate_shift(differences, 0.001);
  CHECK(shift.estimate == Approx(0.02).margin(0.001));
  REQUIRE(shift.interval);
  CHECK(shift.interval->low == Approx(0.02).margin(0.001));
  CHECK(shift.interval->high == Approx(0.02).margin(0.001));
}

TEST_CASE("an estimate comes with what both intervals have in common") {
  const std::vector<double> regular{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  const Shift shift = estimate_shift(regular, 0.05);
  CHECK(shift.estimate == Approx(6.5));
  REQUIRE(shift.interval);
  const auto ranks = stats::signed_rank_interval(regular, 1 - 0.95 * 0.05);
  CHECK(shift.interval->low == ranks->interval.low);
  CHECK_FALSE(estimate_shift(std::vector<double>{1, 2, 3}, 0.05).interval);
  CHECK_FALSE(estimate_shift(regular, 0).interval);
}

TEST_CASE("the chance to decide is high where an estimate is clear, and low where noise swamps all") {
  const auto chance = [](double estimate, double spread) {
    return chance_to_decide({estimate, spread, 0.4}, 0.0075, 0, 0.0001, 0.01);
  };
  CHECK(chance(0.05, 0.002) > 0.999);  // slower or faster
  CHECK(chance(0.0, 0.001) > 0.999);   // same
  CHECK(chance(0.0, 0.05) < 0.01);     // neither
  CHECK(chance(-0.05, 0.002) == Approx(chance(0.05, 0.002)));
  CHECK(chance_to_decide({0.0, 0.001, 0.4}, 0.0075, 0, 0.0001, 0) < 0.001);  // nobody asks for `same`
}
