// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/signed_rank.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "harness/core/error.h"
#include "harness/stats/distribution.h"

using namespace assay::stats;

namespace {

/// P[W >= w] and P[W <= w] by trying every way to set the signs.
SignedRank by_all_signs(const std::vector<double>& differences, const std::vector<double>& ranks) {
  std::vector<double> used;
  SignedRank result;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    if (differences[i] == 0) continue;
    used.push_back(ranks[i]);
    if (differences[i] > 0) result.positive += ranks[i];
  }
  result.used = used.size();
  double greater = 0;
  double less = 0;
  const std::size_t ways = std::size_t{1} << used.size();
  for (std::size_t signs = 0; signs < ways; ++signs) {
    double sum = 0;
    for (std::size_t i = 0; i < used.size(); ++i) sum += ((signs >> i) & 1) != 0 ? used[i] : 0;
    greater += sum >= result.positive;
    less += sum <= result.positive;
  }
  result.p_greater = greater / static_cast<double>(ways);
  result.p_less = less / static_cast<double>(ways);
  return result;
}

}  // namespace

TEST_CASE("the depression scores of Hollander and Wolfe have the p value that the book and SciPy give") {
  // Example 3.1: nine patients before and after a tranquilliser. scipy.stats.wilcoxon(method='exact'): W 40,
  // p 0.01953125 one-sided.
  const std::vector<double> before{1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
  const std::vector<double> after{0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
  std::vector<double> differences;
  for (std::size_t i = 0; i < before.size(); ++i) differences.push_back(before[i] - after[i]);
  const auto test = signed_rank(differences);
  CHECK(test.positive == 40);
  CHECK(test.used == 9);
  CHECK(test.p_greater == Approx(0.01953125));
  CHECK(test.p_less == Approx(1 - 0.01953125 + 3.0 / 512));  // W = 40: 3 ways
  // The book's estimate and its 96.1 % interval, for after - before: -0.46 and (-0.786, -0.010).
  CHECK(hodges_lehmann(differences) == Approx(0.46));
  const auto interval = signed_rank_interval(differences, 0.96);
  REQUIRE(interval);
  CHECK(interval->coverage == Approx(1 - 2 * 10.0 / 512));
  CHECK(interval->interval.low == Approx(0.010));
  CHECK(interval->interval.high == Approx(0.786));
}

TEST_CASE("ties share midranks, and the distribution is that of these ranks") {
  const std::vector<double> differences{3, -1, 4, 1, -5, 9, 2, 6, 5, 3, -5, 8};
  const std::vector<double> midranks{4.5, 1.5, 6, 1.5, 8, 12, 3, 10, 8, 4.5, 8, 11};
  const auto test = signed_rank(differences);
  CHECK(test.positive == 60.5);
  CHECK(test.p_greater == Approx(0.048095703125));  // SciPy's ranks, all 2^12 signs
  CHECK(test.p_less == Approx(0.954833984375));
  const auto all = by_all_signs(differences, midranks);
  CHECK(test.p_greater == Approx(all.p_greater));
  CHECK(test.p_less == Approx(all.p_less));
}

TEST_CASE("zeros are ranked and then left out, as Pratt has it") {
  const std::vector<double> differences{0, 0, 1, 2, -1, 3, 5, 0, 4, -2};
  const auto test = signed_rank(differences);
  CHECK(test.positive == 38);
  CHECK(test.used == 7);
  CHECK(test.p_greater == Approx(0.1015625));  // SciPy's ranks, all 2^7 signs
  CHECK(test.p_less == Approx(0.9296875));
  CHECK(signed_rank(std::vector<double>(5, 0.0)).p_greater == 1);
  CHECK(signed_rank(std::vector<double>(5, 0.0)).p_less == 1);
  CHECK(signed_rank(std::vector<double>{}).p_greater == 1);
}

TEST_CASE("tails of large samples are exact") {
  // Sums over all ways, in whole numbers (Python): P[W <= 500] and P[W <= 300] of 60, P[W <= 18000] of 300.
  const auto with_sum = [](int n, int wanted) {
    std::vector<double> differences;
    for (int rank = n; rank >= 1; --rank) {
      const bool positive = rank <= wanted;
      if (positive) wanted -= rank;
      differences.push_back(positive ? rank : -rank);
    }
    return signed_rank(differences);
  };
  CHECK(with_sum(60, 500).p_less == Approx(0.0009551037004586482).epsilon(1e-12));
  CHECK(with_sum(60, 300).p_less == Approx(9.195438812259135e-07).epsilon(1e-12));
  CHECK(with_sum(60, 1830 - 300).p_greater == Approx(9.195438812259135e-07).epsilon(1e-12));
  CHECK(with_sum(300, 18'000).p_less == Approx(0.0011376338111675633).epsilon(1e-11));
  CHECK(with_sum(60, 1830).p_greater == std::ldexp(1.0, -60));
  CHECK_THROWS_AS(signed_rank(std::vector<double>(501, 1.0)), assay::Error);
  CHECK_THROWS_AS(signed_rank(std::vector<double>{1, std::numeric_limits<double>::quiet_NaN()}),
                  assay::Error);
}

TEST_CASE("the sides' places change the direction and nothing else") {
  std::mt19937_64 random(5);
  std::vector<double> differences;
  for (int i = 0; i < 30; ++i)
    differences.push_back(std::round(10 * std::sin(static_cast<double>(random() % 999))));
  std::vector<double> turned;
  for (const double d : differences) turned.push_back(-d);
  CHECK(signed_rank(differences).p_greater == signed_rank(turned).p_less);
  CHECK(signed_rank(differences, 0.5).p_greater == signed_rank(turned, -0.5).p_less);
  CHECK(sign_flip(differences, 0.5, 0.5).p_greater == sign_flip(turned, -0.5, 0.5).p_less);
}

TEST_CASE("ten differences have the interval that R's table gives") {
  const std::vector<double> differences{1.1, 2.3, -0.4, 0.7, 3.1, 1.9, -1.2, 2.8, 0.2, 1.5};
  CHECK(hodges_lehmann(differences) == Approx(1.25));
  const auto interval = signed_rank_interval(differences, 0.95);  // P[W <= 8] = 25/1024: the 9th average
  REQUIRE(interval);
  CHECK(interval->coverage == Approx(1 - 50.0 / 1024));
  CHECK(interval->interval.low == Approx(0.15));
  CHECK(interval->interval.high == Approx(2.3));
  CHECK_FALSE(signed_rank_interval(std::vector<double>{1, 2, 3, 4, 5}, 0.95));  // 93.75 % at most
  CHECK(signed_rank_interval(std::vector<double>{1, 2, 3, 4, 5, 6}, 0.95)->coverage == Approx(1 - 2.0 / 64));
}

TEST_CASE("averages of pairs are those that sorting all of them finds, to the bit, ties or not") {
  std::mt19937_64 random(11);
  for (std::size_t n = 1; n <= 64; ++n) {
    for (const double grid : {0.0, 0.5, 100.0}) {  // 100: all alike
      std::vector<double> differences(n);
      for (double& d : differences) {
        d = std::ldexp(static_cast<double>(random() >> 12), -50) - 2;
        if (grid > 0) d = grid * std::round(d / grid);
      }
      std::vector<double> all;
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = i; k < n; ++k) all.push_back((differences[i] + differences[k]) / 2);
      }
      std::sort(all.begin(), all.end());
      INFO(n << " differences, multiples of " << grid);
      CHECK(hodges_lehmann(differences) == quantile_sorted(all, 0.5));
      // Every end: the smaller the confidence, the more averages are left out.
      for (const double confidence : {0.999, 0.99, 0.95, 0.75, 0.5, 0.1}) {
        const auto found = signed_rank_interval(differences, confidence);
        if (!found) continue;
        bool ends = false;  // as many left out below as above
        for (std::size_t k = 0; k < all.size(); ++k)
          ends = ends || (all[k] == found->interval.low && all[all.size() - 1 - k] == found->interval.high);
        CHECK(ends);
      }
    }
  }
  CHECK_THROWS(hodges_lehmann(std::vector<double>{}));
  CHECK_THROWS(hodges_lehmann(std::vector<double>{1, std::nan("")}));
}

TEST_CASE("the sum's test counts all signs, whatever the differences") {
  const std::vector<double> differences{3, -1, 4, 1, 0, 9, 2, -6, 5, 3};
  const std::vector<double> sizes{3, 1, 4, 1, 0, 9, 2, 6, 5, 3};
  const auto all = by_all_signs(differences, sizes);
  const auto test = sign_flip(differences, 0, 1);
  CHECK(test.p_greater == Approx(all.p_greater));
  CHECK(test.p_less == Approx(all.p_less));
  CHECK(sign_flip(std::vector<double>(4, 0.25), 0.25, 1).p_greater == 1);
  CHECK(sign_flip(std::vector<double>(20, 0.01), 0, 0.01).p_greater == std::ldexp(1.0, -20));
}

TEST_CASE("signs are counted against a fair coin") {
  // scipy.stats.binomtest(8, 10, alternative='greater'): 0.0546875.
  const std::vector<double> differences{1, 2, 3, 0, 4, 5, -1, 6, 7, 8, -9};
  CHECK(sign_test(differences).p_greater == Approx(0.0546875));
  CHECK(sign_test(differences).p_less == Approx(1 - 0.0107421875));
  CHECK(sign_test(differences, 100).p_less == Approx(std::ldexp(1.0, -11)));
  CHECK(sign_test(std::vector<double>{0, 0}).p_less == 1);
  // P[B <= 1] of 10 is 11/1024, P[B <= 2] 56/1024.
  const std::vector<double> ten{10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
  const auto interval = sign_interval(ten, 0.95);
  REQUIRE(interval);
  CHECK(interval->coverage == Approx(1 - 22.0 / 1024));
  CHECK(interval->interval.low == 2);
  CHECK(interval->interval.high == 9);
  CHECK_FALSE(sign_interval(std::vector<double>{1, 2, 3, 4, 5}, 0.95));
}

TEST_CASE("intervals of shifts cover the truth as often as they say, and tests reject as often",
          "[simulation]") {
  std::mt19937_64 random(1);
  const auto normal = [&] { return normal_quantile((static_cast<double>(random() >> 12) + 0.5) * 0x1p-52); };
  for (const std::size_t n : {std::size_t{8}, std::size_t{30}}) {
    int covered = 0;
    int rejected = 0;
    int flipped = 0;
    double coverage = 0;
    constexpr int trials = 3000;
    for (int trial = 0; trial < trials; ++trial) {
      std::vector<double> differences(n);
      for (double& d : differences) d = 0.3 + normal() * (1 + static_cast<double>(trial % 3));
      const auto found = signed_rank_interval(differences, 0.95);
      REQUIRE(found);
      coverage = found->coverage;
      covered += found->interval.low <= 0.3 && 0.3 <= found->interval.high;
      rejected += signed_rank(differences, 0.3).p_greater <= 0.05;
      flipped += sign_flip(differences, 0.3, 1e-6).p_greater <= 0.05;
    }
    const double error = std::sqrt(coverage * (1 - coverage) / trials);
    CHECK(covered / double{trials} == Approx(coverage).margin(3.5 * error));
    CHECK(rejected / double{trials} < 0.05 + 3.5 * std::sqrt(0.05 * 0.95 / trials));
    CHECK(flipped / double{trials} < 0.05 + 3.5 * std::sqrt(0.05 * 0.95 / trials));
  }
}
