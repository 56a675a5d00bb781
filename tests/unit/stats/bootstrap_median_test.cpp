// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/bootstrap_median.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

using namespace assay::stats;

TEST_CASE("the law of a resampled median is what counting all resamples gives") {
  for (std::size_t n = 1; n <= 6; ++n) {
    std::map<std::pair<std::size_t, std::size_t>, double> counted;
    std::size_t all = 1;
    for (std::size_t i = 0; i < n; ++i) all *= n;
    for (std::size_t code = 0; code < all; ++code) {
      std::vector<std::size_t> draws;
      for (std::size_t rest = code; draws.size() < n; rest /= n) draws.push_back(rest % n);
      std::sort(draws.begin(), draws.end());
      counted[{draws[(n - 1) / 2], draws[n / 2]}] += 1.0 / static_cast<double>(all);
    }
    double sum = 0;
    const BootstrapMedian law(n);
    for (const auto& place : law.places()) {
      INFO(n << " values: " << place.low << ", " << place.high);
      CHECK(place.probability == Approx(counted[{place.low, place.high}]).margin(1e-12));
      sum += place.probability;
    }
    CHECK(sum == Approx(1));
  }
}

TEST_CASE("draws follow the law") {
  for (const std::size_t n : {5u, 6u, 40u}) {
    const BootstrapMedian law(n);
    Random random(5);
    std::vector<double> seen(law.places().size());
    const int draws = 200'000;
    for (int i = 0; i < draws; ++i) seen[law.draw(random)] += 1.0 / draws;
    for (std::size_t k = 0; k < seen.size(); ++k) {
      INFO(n << " values, place " << k);
      CHECK(seen[k] == Approx(law.places()[k].probability).margin(0.004));
    }
  }
}

TEST_CASE("normal draws have the mean and the spread of the standard normal distribution") {
  Random random(9);
  double sum = 0, squares = 0;
  const int draws = 100'000;
  for (int i = 0; i < draws; ++i) {
    const double z = random.normal();
    sum += z;
    squares += z * z;
  }
  CHECK(sum / draws == Approx(0).margin(0.015));
  CHECK(squares / draws == Approx(1).margin(0.02));
}
