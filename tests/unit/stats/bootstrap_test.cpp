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

double coverage(std::size_t count, int trials, double truth, double q) {
  int covered = 0;
  for (int trial = 0; trial < trials; ++trial) {
    const auto data = launches(count, 15, static_cast<std::uint64_t>(trial) + 1);
    const BootstrapOptions options{.resamples = 1000};
    const auto estimate = q == 0.5 ? bootstrap_median(data, options) : bootstrap_quantile(data, q, options);
    covered += estimate.interval->low <= truth && truth <= estimate.interval->high ? 1 : 0;
  }
  return static_cast<double>(covered) / trials;
}

}  // namespace

TEST_CASE("the same launches and seed give the same interval, another seed nearly so") {
  const auto data = launches(6, 50, 1);
  const auto one = bootstrap_median(data);
  const auto same = bootstrap_median(data);
  const auto other = bootstrap_median(data, {.seed = 2});
  REQUIRE(one.interval);
  CHECK(one.interval->low == same.interval->low);
  CHECK(one.interval->high == same.interval->high);
  CHECK(one.value == other.value);
  CHECK(one.interval->low == Approx(other.interval->low).epsilon(0.01));
}

TEST_CASE("the interval of the median of launches covers the truth in 93 to 97.5 percent of simulations") {
  for (const std::size_t count : {6, 10}) {
    const double share = coverage(count, 1500, 100, 0.5);
    INFO(count << " launches: " << share);
    CHECK(share >= 0.93);
    CHECK(share <= 0.975);
  }
}

TEST_CASE("the interval of a percentile covers the truth in 93 to 97.5 percent of simulations") {
  // Median of all samples: the two levels of noise add up to one log-normal around 100.
  const double share = coverage(8, 600, 100 * std::exp(normal_quantile(0.6) * std::hypot(0.02, 0.01)), 0.6);
  INFO(share);
  CHECK(share >= 0.93);
  CHECK(share <= 0.975);
}

TEST_CASE("intervals contain the estimate and scale with the unit") {
  auto data = launches(7, 20, 3);
  const auto before = bootstrap_quantile(data, 0.9);
  for (auto& launch : data) {
    for (double& v : launch) v *= 1024;
  }
  const auto after = bootstrap_quantile(data, 0.9);
  CHECK(before.interval->low <= before.value);
  CHECK(before.value <= before.interval->high);
  CHECK(after.value == before.value * 1024);
  CHECK(after.interval->low == before.interval->low * 1024);
}

TEST_CASE("the fast quantile of drawn launches is the one that merging them gives") {
  const auto data = launches(5, 31, 4);
  const auto merged = [](std::span<const std::span<const double>> drawn) {
    std::vector<double> all;
    for (const auto& launch : drawn) all.insert(all.end(), launch.begin(), launch.end());
    return quantile(all, 0.9);
  };
  const auto slow = bootstrap(data, merged);
  const auto fast = bootstrap_quantile(data, 0.9);
  CHECK(fast.value == slow.value);
  CHECK(fast.interval->low == Approx(slow.interval->low).epsilon(1e-12));
  CHECK(fast.interval->high == Approx(slow.interval->high).epsilon(1e-12));
}

TEST_CASE("what too few launches or samples cannot tell is absent, with the reason") {
  const auto two = launches(2, 500, 5);
  CHECK_FALSE(bootstrap_median(two).interval);
  CHECK(percentile_over_launches(two, 1, 0.5).estimate->value > 0);
  CHECK(percentile_over_launches(two, 1, 0.5).reason == "its interval needs 3 launches; there are 2");
  CHECK_FALSE(percentile_over_launches(two, 1, 0.99).estimate);
  const auto six = launches(6, 40, 5);
  CHECK(percentile_over_launches(six, 1, 0.95).estimate);
  CHECK(percentile_over_launches(six, 1, 0.99).reason == "needs 299 samples; there are 240");
  CHECK(percentile_over_launches(six, 8, 0.95).reason == "a sample is a batch of 8 calls");
  CHECK(percentile_over_launches({}, 1, 0.5).reason == "no samples");
  CHECK_THROWS_AS(bootstrap_median({{}, {}}), assay::Error);
}
