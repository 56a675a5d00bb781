// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/quantile.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "harness/core/error.h"
#include "harness/stats/distribution.h"

using namespace assay::stats;

namespace {

std::vector<double> exponential(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<double> values(count);
  // By inversion: the standard library's distributions differ between implementations.
  for (double& v : values) v = -std::log1p(-static_cast<double>(random() >> 11) * 0x1p-53);
  return values;
}

}  // namespace

TEST_CASE("distribution functions agree with tabulated values") {
  CHECK(normal_quantile(0.975) == Approx(1.959963984540054).epsilon(1e-12));
  CHECK(normal_quantile(1e-12) == Approx(-7.034483825301132).epsilon(1e-10));
  CHECK(student_quantile(0.975, 5) == Approx(2.570581835636314).epsilon(1e-10));
  CHECK(student_quantile(0.8, 10) == Approx(0.8790578285505887).epsilon(1e-10));
  CHECK(binomial_cdf(2, 5, 0.5) == Approx(0.5).epsilon(1e-12));
  CHECK(binomial_cdf(0, 20, 0.1) == Approx(std::pow(0.9, 20)).epsilon(1e-12));
  // Beyond n = 1e6 the normal approximation with continuity correction is good to 1e-4: a check on the
  // fraction.
  CHECK(binomial_cdf(500'500, 1'000'000, 0.5) == Approx(normal_cdf(500.5 / 500)).margin(1e-5));
}

TEST_CASE("quantiles follow Hyndman and Fan's definition 7") {
  const std::vector<double> values{4, 1, 3, 2};
  CHECK(median(values) == 2.5);
  CHECK(quantile(values, 0) == 1);
  CHECK(quantile(values, 1) == 4);
  CHECK(quantile(values, 0.25) == Approx(1.75));
  CHECK(quantile(std::vector<double>{7}, 0.99) == 7);
  CHECK_THROWS_AS(median(std::vector<double>{}), assay::Error);
  CHECK_THROWS_AS(quantile(values, 1.5), assay::Error);
}

TEST_CASE("quantiles of many exponential values come near the closed form") {
  const auto values = exponential(200'000, 1);
  for (const double q : {0.5, 0.9, 0.99}) CHECK(quantile(values, q) == Approx(-std::log1p(-q)).epsilon(0.03));
}

TEST_CASE("quantiles grow with q and scale with their values") {
  auto values = exponential(37, 2);
  auto scaled = values;
  for (double& v : scaled) v *= 1024;
  auto sorted = values;
  std::sort(sorted.begin(), sorted.end());
  double previous = 0;
  for (int percent = 0; percent <= 100; ++percent) {
    const double q = percent / 100.0;
    const double value = quantile(values, q);
    CHECK(value >= previous);
    CHECK(value == quantile_sorted(sorted, q));
    CHECK(quantile(scaled, q) == value * 1024);
    previous = value;
  }
}

TEST_CASE("percentiles are absent below their minimum count") {
  CHECK(minimum_count(0.5) == 5);
  CHECK(minimum_count(0.9) == 29);
  CHECK(minimum_count(0.95) == 59);
  CHECK(minimum_count(0.99) == 299);
  CHECK(minimum_count(0.999) == 2995);
  CHECK(minimum_count(0.1) == 29);
}

TEST_CASE("a tail needs single calls, its minimum count and three launches, and says what it lacks") {
  CHECK(tail_refused("p99", 0.99, 1, 299, 3).empty());
  CHECK(tail_refused("p99", 0.99, 1, 298, 3) ==
        "p99 needs 299 samples from 3 launches; has 298 from 3 launches");
  CHECK(tail_refused("p90", 0.9, 1, 1000, 1) ==
        "p90 needs 29 samples from 3 launches; has 1000 from 1 launch");
  CHECK(tail_refused("p90", 0.9, 8, 1000, 6) == "a sample is a batch of 8 calls, which has no tail");
}

TEST_CASE("the interval of the median of six values is their range") {
  const auto ranks = quantile_ranks(6, 0.5);
  REQUIRE(ranks);
  CHECK(ranks->low == 0);
  CHECK(ranks->high == 5);
  CHECK(ranks->coverage == Approx(1 - 2.0 / 64));
  CHECK_FALSE(quantile_ranks(5, 0.5));
  CHECK_FALSE(quantile_ranks(100, 0.99));
}

TEST_CASE("rank intervals hold their exact coverage and no rank can be spared") {
  for (const double q : {0.1, 0.5, 0.9}) {
    for (std::size_t n = 60; n < 400; n += 7) {
      const auto ranks = quantile_ranks(n, q);
      INFO("n " << n << " q " << q);
      REQUIRE(ranks);
      const auto cdf = [&](std::size_t k) {
        return binomial_cdf(static_cast<std::int64_t>(k), static_cast<std::int64_t>(n), q);
      };
      CHECK(ranks->coverage >= 0.95);
      CHECK(cdf(ranks->high) - cdf(ranks->low + 1) < 0.95);
      CHECK(cdf(ranks->high - 1) - cdf(ranks->low) < 0.95);
    }
  }
}

TEST_CASE("intervals of quantiles cover the truth as often as they say") {
  for (const double q : {0.5, 0.9}) {
    int covered = 0;
    constexpr int trials = 2000;
    for (int trial = 0; trial < trials; ++trial) {
      auto values = exponential(120, static_cast<std::uint64_t>(trial) + 100);
      std::sort(values.begin(), values.end());
      const auto interval = quantile_interval(values, q);
      REQUIRE(interval);
      const double truth = -std::log1p(-q);
      covered += interval->low <= truth && truth <= interval->high ? 1 : 0;
    }
    INFO("q " << q);
    CHECK(covered >= 0.93 * trials);
    CHECK(covered <= 0.975 * trials);
  }
}

TEST_CASE("the quantile from the top equals the quantile of all samples together") {
  std::vector<std::vector<double>> launches{{1, 5, 9, 9.5}, {2}, {}, {0, 3, 4, 8, 100}};
  std::vector<double> all;
  std::vector<std::span<const double>> spans;
  for (const auto& launch : launches) {
    all.insert(all.end(), launch.begin(), launch.end());
    spans.emplace_back(launch);
  }
  for (const double q : {0.5, 0.75, 0.9, 0.99, 1.0, 0.0}) {
    CHECK(pooled_upper_quantile(spans, q) == Approx(quantile(all, q)));
  }
}
