// SPDX-License-Identifier: Apache-2.0
// A Catch2 program with benchmarks, as people write them: it knows nothing of Assay.
#define CATCH_CONFIG_MAIN
#define CATCH_CONFIG_ENABLE_BENCHMARKING
#include <catch2/catch.hpp>
#include <numeric>
#include <vector>

TEST_CASE("sums & co") {
  const std::vector<int> values(1000, 1);
  SECTION("of a vector") {
    BENCHMARK("accumulate") { return std::accumulate(values.begin(), values.end(), 0); };
  }
}
