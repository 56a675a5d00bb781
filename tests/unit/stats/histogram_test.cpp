// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/histogram.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "harness/core/error.h"

using assay::stats::LogHistogram;

TEST_CASE("every value falls into a bucket that holds it and is no wider than the precision") {
  std::mt19937_64 random(1);
  for (const int bits : {1, 7, 16}) {
    std::vector<std::uint64_t> values(2000);
    LogHistogram histogram(bits);  // one for all: with 16 bits each is of megabytes
    for (auto& value : values) {
      value = random() >> (random() % 64);
      histogram.add(value);
    }
    std::sort(values.begin(), values.end());
    auto first = values.begin();  // of those in the bucket
    for (const auto& bucket : histogram.buckets()) {
      REQUIRE(first != values.end());
      REQUIRE(bucket.low <= *first);
      const auto width = static_cast<double>(bucket.high - bucket.low);
      REQUIRE(width <= static_cast<double>(*first) * std::exp2(-bits));
      const auto last = std::upper_bound(first, values.end(), bucket.high);
      REQUIRE(static_cast<std::uint64_t>(last - first) == bucket.count);
      first = last;
    }
    REQUIRE(first == values.end());
  }
}

TEST_CASE("quantiles of a histogram come within its precision of the exact ones") {
  std::mt19937_64 random(2);
  std::vector<std::uint64_t> values;
  LogHistogram histogram(7);
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(
        static_cast<std::uint64_t>(1e5 * -std::log1p(-static_cast<double>(random() >> 11) * 0x1p-53)));
    histogram.add(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const double q : {0.0, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = std::max<std::size_t>(static_cast<std::size_t>(std::ceil(q * 20'000)), 1) - 1;
    CHECK(histogram.quantile(q) == Approx(static_cast<double>(values[rank])).epsilon(1.0 / 128).margin(0.5));
  }
  CHECK(histogram.min() == values.front());
  CHECK(histogram.max() == values.back());
}

TEST_CASE("merging histograms is counting together") {
  LogHistogram left;
  LogHistogram right;
  LogHistogram both;
  for (std::uint64_t v = 1; v < 5000; v += 3) {
    (v % 2 == 0 ? left : right).add(v, 2);
    both.add(v, 2);
  }
  left.merge(right);
  CHECK(left.count() == both.count());
  CHECK(left.quantile(0.9) == both.quantile(0.9));
  CHECK(LogHistogram().quantile(0.5) == 0);
  CHECK_THROWS_AS(left.merge(LogHistogram(3)), assay::Error);
  CHECK_THROWS_AS(LogHistogram(0), assay::Error);
}
