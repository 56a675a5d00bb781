// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/effect.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "harness/core/error.h"
#include "harness/stats/distribution.h"
#include "harness/stats/spread.h"

using namespace assay::stats;

namespace {

std::vector<double> medians(std::size_t count, double level, double deviation, std::mt19937_64& random) {
  std::vector<double> values(count);
  for (double& v : values) {
    v = level * std::exp(deviation * normal_quantile((static_cast<double>(random() >> 12) + 0.5) * 0x1p-52));
  }
  return values;
}

}  // namespace

TEST_CASE("six launches against six use ranks 6 and 31 of their 36 ratios") {
  // Ratios of powers of two make the ranks visible. P[U <= 5] = 19/924 for 6 and 6 (Mann and Whitney's
  // table).
  const std::vector<double> ones{1, 1, 1, 1, 1, 1};
  const std::vector<double> powers{1, 2, 4, 8, 16, 32};
  const auto ratio = ratio_of_launch_medians(powers, ones);
  REQUIRE(ratio.interval);
  CHECK(ratio.coverage == Approx(1 - 2 * 19.0 / 924));
  CHECK(ratio.interval->low == Approx(1));
  CHECK(ratio.interval->high == Approx(32));
  CHECK(ratio.value == Approx(std::sqrt(32.0)));
}

TEST_CASE("three launches a side give a ratio and no interval, with the reason") {
  const std::vector<double> side{1, 2, 3};
  const auto ratio = ratio_of_launch_medians(side, side);
  CHECK(ratio.value == Approx(1));
  CHECK_FALSE(ratio.interval);
  CHECK(ratio.reason == "3 against 3 launches are too few for an interval");
  CHECK_THROWS_AS(ratio_of_launch_medians(side, std::vector<double>{}), assay::Error);
  CHECK_THROWS_AS(ratio_of_launch_medians(side, std::vector<double>{0.0}), assay::Error);
}

TEST_CASE("intervals of ratios cover the truth as often as they say, and turn over with the sides",
          "[simulation]") {
  std::mt19937_64 random(1);
  for (const std::size_t n : {6, 60}) {
    int covered = 0;
    constexpr int trials = 2000;
    double coverage = 0;
    for (int trial = 0; trial < trials; ++trial) {
      const auto slow = medians(n, 110, 0.03, random);
      const auto fast = medians(n, 100, 0.03, random);
      const auto ratio = ratio_of_launch_medians(slow, fast);
      const auto turned = ratio_of_launch_medians(fast, slow);
      REQUIRE(ratio.interval);
      REQUIRE(turned.interval->low == Approx(1 / ratio.interval->high).epsilon(1e-9));
      covered += ratio.interval->low <= 1.1 && 1.1 <= ratio.interval->high ? 1 : 0;
      coverage = ratio.coverage;
    }
    INFO(n << " launches: " << covered << " of " << trials << ", said " << coverage);
    CHECK(covered >= 0.935 * trials);
    CHECK(covered <= 0.975 * trials);
  }
}

TEST_CASE("a change of the smallest detectable size is detected in about 80 percent of trials") {
  std::mt19937_64 random(2);
  constexpr int trials = 2000;
  std::vector<double> many(2000, 100 * std::exp(-0.03));  // standard deviation of the logarithms: 0.03
  for (std::size_t i = 0; i < many.size(); i += 2) many[i] = 100 * std::exp(0.03);
  const double truth = *smallest_detectable_change(many, 10);
  int detected = 0;
  for (int trial = 0; trial < trials; ++trial) {
    const auto base = medians(10, 100, 0.03, random);
    const auto slow = medians(10, 100 * (1 + truth), 0.03, random);
    const auto interval = ratio_of_launch_medians(slow, base).interval;
    detected += interval->low > 1 || interval->high < 1 ? 1 : 0;
  }
  INFO("detectable " << truth << ", detected " << detected);
  CHECK(detected > 0.74 * trials);
  CHECK(detected < 0.86 * trials);
}

TEST_CASE("what few launches name as detectable is detected that often, whether the estimate is low or high",
          "[simulation]") {
  std::mt19937_64 random(3);
  for (const std::size_t launches : {4, 6, 10}) {
    int detected = 0;
    constexpr int trials = 3000;
    for (int trial = 0; trial < trials; ++trial) {
      const double named = *smallest_detectable_change(medians(launches, 100, 0.05, random));
      const auto interval = ratio_of_launch_medians(medians(launches, 100 * (1 + named), 0.05, random),
                                                    medians(launches, 100, 0.05, random))
                                .interval;
      detected += interval->low > 1 ? 1 : 0;
    }
    INFO(launches << " launches: detected " << detected);
    CHECK(detected >
          0.65 * trials);  // 80 %, less what too low an estimate loses and too high a one cannot win
    CHECK(detected < 0.9 * trials);
  }
}

TEST_CASE("three launches a side show no change, however large: their ratio has no interval") {
  const std::vector<double> side{99, 100, 101};
  CHECK_FALSE(smallest_detectable_change(side));
  CHECK(smallest_detectable_change(side, 4));
}

TEST_CASE("the smallest detectable change shrinks with launches, and needs three") {
  const std::vector<double> side{99, 100, 101, 100};
  CHECK(*smallest_detectable_change(side, 6) > *smallest_detectable_change(side, 24));
  CHECK_FALSE(smallest_detectable_change(std::vector<double>{1, 2}));
  CHECK_FALSE(smallest_detectable_change(std::vector<double>{1, 2, 0}));
}

TEST_CASE("the robust spread of normal values is their relative standard deviation, outliers or not") {
  std::mt19937_64 random(3);
  auto values = medians(20'000, 100, 0.05, random);
  CHECK(relative_spread(values) == Approx(0.05).epsilon(0.05));
  CHECK(standard_deviation(values) / mean(values) == Approx(0.05).epsilon(0.05));
  CHECK(iqr(values) == Approx(2 * 0.6745 * 5).epsilon(0.05));
  for (std::size_t i = 0; i < values.size(); i += 20) values[i] = 1e9;
  CHECK(relative_spread(values) == Approx(0.05).epsilon(0.2));
  CHECK(relative_spread(std::vector<double>{3, 3, 3}) == 0);
  CHECK(mad(std::vector<double>{1, 2, 3, 4, 100}) == 1);
}
