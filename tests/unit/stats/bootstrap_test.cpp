// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/bootstrap.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "harness/core/error.h"
#include "harness/stats/distribution.h"

using namespace assay::stats;

namespace {

/// Launches whose level is log-normal (sd 2 % between launches) with log-normal samples (sd 1 % within).
Launches launches(std::size_t count, std::size_t samples, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto normal = [&] { return normal_quantile((static_cast<double>(random() >> 12) + 0.5) * 0x1p-52); };
  Launches result(count);
  for (auto& launch : result) {
    const double level = 100 * std::exp(0.02 * normal());
    for (std::size_t i = 0; i < samples; ++i) launch.push_back(level * std::exp(0.01 * normal()));
  }
  return result;
}

/// Quantile q of all samples together.
Statistic pooled(double q) {
  return [q](std::span<const std::span<const double>> drawn) {
    std::vector<double> all;
    for (const auto& launch : drawn) all.insert(all.end(), launch.begin(), launch.end());
    return quantile(all, q);
  };
}

double median_of_medians(std::span<const std::span<const double>> drawn) {
  std::vector<double> medians;
  for (const auto& launch : drawn) medians.push_back(median(launch));
  return median(medians);
}

double coverage(std::size_t count, int trials, double truth, const Statistic& statistic) {
  int covered = 0;
  for (int trial = 0; trial < trials; ++trial) {
    const auto data = launches(count, 15, static_cast<std::uint64_t>(trial) + 1);
    const auto estimate = bootstrap(data, statistic, {.resamples = 1000});
    covered += estimate.interval->low <= truth && truth <= estimate.interval->high ? 1 : 0;
  }
  return static_cast<double>(covered) / trials;
}

}  // namespace

TEST_CASE("the same launches and seed give the same interval, another seed nearly so") {
  const auto data = launches(6, 50, 1);
  const auto one = bootstrap(data, median_of_medians);
  const auto same = bootstrap(data, median_of_medians);
  const auto other = bootstrap(data, median_of_medians, {.seed = 2});
  REQUIRE(one.interval);
  CHECK(one.interval->low == same.interval->low);
  CHECK(one.interval->high == same.interval->high);
  CHECK(one.value == other.value);
  CHECK(one.interval->low == Approx(other.interval->low).epsilon(0.01));
}

TEST_CASE("the interval of the median of launches covers the truth in 93 to 97.5 percent of simulations",
          "[simulation]") {
  for (const std::size_t count : {6, 10}) {
    const double share = coverage(count, 1500, 100, median_of_medians);
    INFO(count << " launches: " << share);
    CHECK(share >= 0.93);
    CHECK(share <= 0.975);
  }
}

TEST_CASE("the interval of a percentile covers the truth in 93 to 97.5 percent of simulations",
          "[simulation]") {
  // Median of all samples: the two levels of noise add up to one log-normal around 100.
  const double share =
      coverage(8, 600, 100 * std::exp(normal_quantile(0.6) * std::hypot(0.02, 0.01)), pooled(0.6));
  INFO(share);
  CHECK(share >= 0.93);
  CHECK(share <= 0.975);
}

TEST_CASE("intervals contain the estimate and scale with the unit") {
  auto data = launches(7, 20, 3);
  const auto before = bootstrap(data, pooled(0.9));
  for (auto& launch : data) {
    for (double& v : launch) v *= 1024;
  }
  const auto after = bootstrap(data, pooled(0.9));
  CHECK(before.interval->low <= before.value);
  CHECK(before.value <= before.interval->high);
  CHECK(after.value == before.value * 1024);
  CHECK(after.interval->low == before.interval->low * 1024);
}

TEST_CASE("fewer than three launches have no interval, and none at all no estimate") {
  const auto two = launches(2, 500, 5);
  CHECK(bootstrap(two, median_of_medians).value > 0);
  CHECK_FALSE(bootstrap(two, median_of_medians).interval);
  CHECK_THROWS_AS(bootstrap({{}, {}}, median_of_medians), assay::Error);
}
