// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/replication.h"

#include <catch2/catch.hpp>
#include <optional>
#include <random>
#include <vector>

#include "harness/stats/distribution.h"

using namespace assay::stats;

namespace {

std::optional<VarianceParts> parts_of(const std::vector<std::vector<double>>& launches) {
  std::vector<Moments> all;
  for (const auto& launch : launches) all.push_back(moments(launch));
  return variance_parts(all);
}

}  // namespace

TEST_CASE("variance within and between launches is told apart, sizes equal or not") {
  std::mt19937_64 random(1);
  const auto normal = [&] { return normal_quantile((static_cast<double>(random() >> 12) + 0.5) * 0x1p-52); };
  std::vector<std::vector<double>> launches(400);
  for (std::size_t i = 0; i < launches.size(); ++i) {
    const double level = 100 + 3 * normal();
    launches[i].resize(5 + i % 20);
    for (double& v : launches[i]) v = level + 2 * normal();
  }
  launches.push_back({1e9});  // a single sample says nothing of its launch's noise
  const auto parts = parts_of(launches);
  REQUIRE(parts);
  CHECK(parts->between == Approx(9).epsilon(0.15));
  CHECK(parts->within == Approx(4).epsilon(0.1));
  CHECK_FALSE(parts_of({{1, 2}, {}}));
}

TEST_CASE("launches that differ by less than their noise have no variance between them") {
  const auto parts = parts_of({{1, 3}, {1, 3}, {3, 1}});
  REQUIRE(parts);
  CHECK(parts->between == 0);
  CHECK(parts->within == Approx(2));
  CHECK(samples_per_launch(*parts, 1e9, 1e3, 500) == 500);
}

TEST_CASE("costly launches take more samples each, noisy launches fewer") {
  const VarianceParts parts{1, 4};
  CHECK(samples_per_launch(parts, 1e8, 1e6, 1000) == 20);  // sqrt(100 * 4)
  CHECK(samples_per_launch(parts, 4e8, 1e6, 1000) == 40);
  CHECK(samples_per_launch({100, 4}, 1e8, 1e6, 1000) == 2);
  CHECK(samples_per_launch(parts, 0, 1e6, 1000) == 1);
  CHECK(samples_per_launch(parts, 1e18, 1, 1000) == 1000);
}
