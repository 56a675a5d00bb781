// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/change_points.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "harness/stats/distribution.h"
#include "tests/support/series.h"

using namespace assay;
using stats::ChangePoint;
using stats::ChangePointRules;
using stats::ChangePoints;

namespace {

/// Noise of standard deviation 1, the same for the same seed.
std::vector<double> noise(std::size_t count, std::uint64_t seed) {
  std::vector<double> values;
  for (std::uint64_t i = 0; i < count; ++i) values.push_back(static_cast<double>(assay_seed_normal(seed, i)));
  return values;
}

std::vector<double> logs(const std::vector<double>& values) {
  std::vector<double> result;
  for (const double value : values) result.push_back(std::log(value));
  return result;
}

std::vector<std::size_t> places(const ChangePoints& points) {
  std::vector<std::size_t> result;
  for (const ChangePoint& change : points.changes()) result.push_back(change.index);
  return result;
}

/// mn/(m+n) (2 E|X-Y| - E|X-X'| - E|Y-Y'|), from its definition.
double energy(const std::vector<double>& values, std::size_t split, std::size_t end) {
  const auto mean_distance = [&](std::size_t a, std::size_t b, std::size_t c, std::size_t d) {
    double sum = 0;
    double pairs = 0;
    for (std::size_t i = a; i < b; ++i) {
      for (std::size_t j = c; j < d; ++j) {
        if (i == j) continue;
        sum += std::abs(values[i] - values[j]);
        ++pairs;
      }
    }
    return pairs > 0 ? sum / pairs : 0;
  };
  const auto m = static_cast<double>(split);
  const auto n = static_cast<double>(end - split);
  return m * n / (m + n) *
         (2 * mean_distance(0, split, split, end) - mean_distance(0, split, 0, split) -
          mean_distance(split, end, split, end));
}

}  // namespace

TEST_CASE("values of one level have no change", "[change_points]") {
  CHECK(stats::change_points(std::vector<double>(500, 3.5)).changes().empty());
  CHECK(stats::change_points(std::vector<double>{}).changes().empty());
  CHECK(stats::change_points(std::vector<double>{1}).changes().empty());
  CHECK(stats::change_points(noise(500, 1)).changes().empty());
}

TEST_CASE("a step is told where it is, once three values are behind it", "[change_points]") {
  auto values = noise(40, 2);
  for (std::size_t i = 20; i < values.size(); ++i) values[i] += 12;
  ChangePoints points;
  std::size_t told_at = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    points.append(values[i]);
    if (told_at == 0 && !points.changes().empty()) told_at = i;
  }
  CHECK(told_at == 22);
  REQUIRE(places(points) == std::vector<std::size_t>{20});
  CHECK(points.changes()[0].earliest == 20);
  CHECK(points.changes()[0].latest == 20);
  CHECK(points.changes()[0].p < 1e-6);
}

TEST_CASE("values that do not differ within their level need no spread: the step of an exact count is told",
          "[change_points]") {
  std::vector<double> values(10, 100);
  values.insert(values.end(), 10, 101);
  const ChangePoints points = stats::change_points(values);
  REQUIRE(places(points) == std::vector<std::size_t>{10});
  CHECK(points.changes()[0].p == 0);
  ChangePointRules rules;
  rules.smallest = 2;
  const ChangePoints none = stats::change_points(values, rules);
  CHECK(none.changes().empty());
}

TEST_CASE("one or two values that stand off are spikes, three are a level", "[change_points]") {
  const std::size_t length = GENERATE(1, 2, 3);
  for (const std::size_t begin : {std::size_t{4}, std::size_t{30}}) {
    auto values = noise(60, 3);
    for (std::size_t i = begin; i < begin + length; ++i) values[i] += 15;
    const ChangePoints points = stats::change_points(values);
    INFO(length << " from " << begin);
    if (length < 3) {
      CHECK(points.changes().empty());
      std::vector<std::size_t> spikes;
      for (std::size_t i = begin; i < begin + length; ++i) spikes.push_back(i);
      CHECK(points.spikes() == spikes);
    } else if (begin == 30) {
      CHECK(places(points) == std::vector<std::size_t>{30, 33});
    }
  }
}

TEST_CASE("the newest value may be a spike until more have come", "[change_points]") {
  auto values = noise(30, 4);
  values.push_back(20);
  ChangePoints points = stats::change_points(values);
  CHECK(points.spikes() == std::vector<std::size_t>{30});
  points.append(20), points.append(21);
  CHECK(points.spikes().empty());
  CHECK(places(points) == std::vector<std::size_t>{30});
}

TEST_CASE("a change stands at the split of largest energy, and its p is that of t with n - 1",
          "[change_points]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto values = noise(90, seed);
    for (std::size_t i = 50; i < values.size(); ++i) values[i] += 2;
    ChangePointRules rules;
    rules.spike = 1e9;
    ChangePoints points(rules);
    std::size_t end = 0;
    while (end < values.size() && points.changes().empty()) points.append(values[end++]);
    REQUIRE(points.changes().size() == 1);
    const ChangePoint& change = points.changes()[0];
    std::size_t best = 3;
    for (std::size_t i = 3; i + 3 <= end; ++i) {
      if (energy(values, i, end) > energy(values, best, end)) best = i;
    }
    CHECK(change.index == best);
    CHECK(change.earliest <= best);
    CHECK(change.latest >= best);
    CHECK(change.earliest <= 50 + 3);

    double mean[2] = {0, 0};
    double squares = 0;
    const auto m = static_cast<double>(best);
    const auto n = static_cast<double>(end - best);
    for (std::size_t i = 0; i < end; ++i) mean[i < best ? 0 : 1] += values[i] / (i < best ? m : n);
    for (std::size_t i = 0; i < end; ++i) squares += std::pow(values[i] - mean[i < best ? 0 : 1], 2);
    const double t = std::abs(mean[1] - mean[0]) / std::sqrt(squares / (m + n - 2) * (1 / m + 1 / n));
    const double narrow = 2 * (1 - stats::student_cdf(t, m + n - 2));
    CHECK(change.p >= narrow * 0.9);  // widened where neighbours are alike, never narrowed
    CHECK(change.p < 1e-6);
  }
}

TEST_CASE("what was told stays while values come: next to nothing comes back that was taken back",
          "[change_points][simulation]") {
  int told = 0;
  int again = 0;
  for (const auto& kind : test::series_kinds()) {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
      const auto values = logs(test::make_series(kind, 0.02, seed).values);
      ChangePoints points;
      std::map<std::size_t, int> comings;
      std::vector<std::size_t> before;
      for (const double value : values) {
        points.append(value);
        const auto now = places(points);
        for (const std::size_t place : now) {
          if (std::find(before.begin(), before.end(), place) == before.end()) ++comings[place];
        }
        before = now;
      }
      for (const auto& [place, times] : comings) {
        ++told;
        again += times - 1;
      }
    }
  }
  CHECK(told > 500);
  CHECK(again <= told / 100);
}

TEST_CASE("precision and recall are better than those of 'previous + 10 %' and of a rolling z-score",
          "[change_points][simulation]") {
  ChangePointRules rules;
  rules.smallest = std::log1p(0.005);
  for (const auto& kind : test::series_kinds()) {
    for (const double size : {0.0, 0.01, 0.02, 0.05, 0.10}) {
      test::Score ours, previous, rolling;
      for (std::uint64_t i = 0; i < 50; ++i) {
        const auto series = test::make_series(kind, size, 7'000'000 + i);
        const ChangePoints points = stats::change_points(logs(series.values), rules);
        test::score(ours, series, places(points));
        test::score(previous, series, test::previous_plus_10(series.values));
        test::score(rolling, series, test::rolling_z(series.values));
      }
      INFO(kind.name << ", " << 100 * size << " %: precision " << ours.precision() << ", "
                     << previous.precision() << ", " << rolling.precision() << "; recall " << ours.recall()
                     << ", " << previous.recall() << ", " << rolling.recall());
      if (size == 0) {
        CHECK(ours.false_per_1000() < 1);
        CHECK(ours.false_per_1000() < rolling.false_per_1000());
        continue;
      }
      const auto both = [](const test::Score& score) {  // F1
        const double sum = score.precision() + score.recall();
        return sum > 0 ? 2 * score.precision() * score.recall() / sum : 0;
      };
      CHECK(ours.precision() > rolling.precision());
      if (size >= 0.02) {
        CHECK(both(ours) > both(previous));
        CHECK(both(ours) > both(rolling));
        CHECK(ours.precision() >= 0.8);
        CHECK(ours.recall() >= 0.7);
      }
      if (size >= 0.05) CHECK(ours.recall() >= 0.99);
    }
  }
}
