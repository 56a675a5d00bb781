// SPDX-License-Identifier: Apache-2.0
#include "harness/measure/rules.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace assay::measure;

namespace {

/// `settle` samples that fall from `cold` times the level to it, then steady ones with one-sided noise like
/// real times.
std::vector<double> series(std::size_t settle, double cold, std::size_t steady, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto unit = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  std::vector<double> values;
  for (std::size_t i = 0; i < settle; ++i) {
    const double left = 1 - static_cast<double>(i) / static_cast<double>(settle);
    values.push_back(1000 * (1 + (cold - 1) * left) * (1 + 0.01 * unit()));
  }
  for (std::size_t i = 0; i < steady; ++i) values.push_back(1000 * (1 + 0.01 * -std::log1p(-unit())));
  return values;
}

}  // namespace

TEST_CASE("a batch keeps the clock's overhead under half a percent of a sample") {
  const Clock clock{.resolution_ns = 20, .cost_ns = 25};
  CHECK(choose_batch(1e6, clock) == 1);
  CHECK(choose_batch(9'000, clock) == 1);
  CHECK(choose_batch(8'999, clock) == 2);
  for (const double call : {0.5, 3.0, 70.0, 1234.5}) {
    const auto batch = static_cast<double>(choose_batch(call, clock));
    CHECK(45 / (batch * call) <= 0.005);
    CHECK(45 / ((batch - 1) * call) > 0.005);
  }
  CHECK(choose_batch(0, clock) == 9000);
  CHECK(choose_batch(std::nan(""), clock) == 9000);
  CHECK(choose_batch(1e-300, clock) <= 1'000'000'000);
}

TEST_CASE("a series that is steady from the start is not cut") {
  int cut = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto result = judge_warmup(series(0, 1, 60, seed), false);
    INFO(result.reason);
    REQUIRE(result.steady);
    cut += result.discard > 3 ? 1 : 0;
  }
  CHECK(cut < 10);
}

TEST_CASE("noise of ten percent is not taken for a warm-up that never ends") {
  int accepted = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    auto values = series(0, 1, 30, seed);
    for (double& v : values) v = 1000 * (1 + 10 * (v / 1000 - 1));
    accepted += judge_warmup(values, false).steady ? 1 : 0;
  }
  INFO(accepted << " of 200");
  CHECK(accepted > 180);
}

TEST_CASE("the samples before the level is reached are cut, and few of those after") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto result = judge_warmup(series(12, 3, 120, seed), false);
    INFO(seed << ": " << result.reason);
    REQUIRE(result.steady);
    CHECK(result.discard >= 9);  // the last of the ramp are within the noise
    CHECK(result.discard <= 30);
  }
}

TEST_CASE("one slow first call is cut") {
  auto values = series(0, 1, 40, 1);
  values[0] = 5000;
  const auto result = judge_warmup(values, false);
  CHECK(result.steady);
  CHECK(result.discard >= 1);
  CHECK(result.discard <= 5);
}

TEST_CASE(
    "a series that still falls is not steady, and says why; when time is spent the best split comes back") {
  std::vector<double> falling;
  for (int i = 0; i < 40; ++i) falling.push_back(4000 * std::exp(-0.05 * i));
  const auto waiting = judge_warmup(falling, false);
  CHECK_FALSE(waiting.steady);
  CHECK_FALSE(waiting.reason.empty());
  const auto spent = judge_warmup(falling, true);
  CHECK_FALSE(spent.steady);
  CHECK(spent.reason.starts_with("warm-up time is spent"));
  CHECK(spent.discard > 0);
  CHECK(spent.discard < falling.size());
}

TEST_CASE("times that rise late, as when the machine slows down, are not called steady early on") {
  auto values = series(0, 1, 100, 2);
  for (std::size_t i = 30; i < 100; ++i) values[i] *= 1.5;
  const auto result = judge_warmup(values, false);
  REQUIRE(result.steady);
  CHECK(result.discard >= 20);  // fewer than a quarter of the first half are from before
}

TEST_CASE("too few samples for the test drop the first and are not called steady") {
  CHECK(judge_warmup({}, true).discard == 0);
  CHECK(judge_warmup(std::vector<double>{5}, true).discard == 0);
  const auto result = judge_warmup(series(0, 1, 5, 1), true);
  CHECK_FALSE(result.steady);
  CHECK(result.discard == 1);
}

TEST_CASE("measuring stops once the median is as precise as asked") {
  StoppingRule rule{.relative_precision = 0.005, .min_samples = 20, .min_time_ns = 0, .max_time_ns = 1e12};
  CHECK_FALSE(judge_stop({}, 1, rule).stop);
  CHECK(judge_stop({}, 1, rule).next_samples == 20);
  std::vector<double> values;
  StopDecision decision;
  const auto all = series(0, 1, 100'000, 3);
  while (!(decision = judge_stop(values, 1, rule)).stop) {
    REQUIRE(values.size() + decision.next_samples <= all.size());
    for (std::size_t i = 0; i < decision.next_samples; ++i) values.push_back(all[values.size()]);
  }
  CHECK(decision.reason == "precision");
  CHECK(values.size() >= 20);
}

TEST_CASE("measuring always ends: by time or by samples, whatever the noise") {
  std::mt19937_64 random(4);
  for (const StoppingRule rule :
       {StoppingRule{.relative_precision = 1e-9, .max_samples = 500, .max_time_ns = 1e18},
        StoppingRule{.relative_precision = 1e-9, .max_time_ns = 1e6},
        StoppingRule{.relative_precision = 0, .min_samples = 0, .max_samples = 0}}) {
    std::vector<double> values;
    StopDecision decision;
    int rounds = 0;
    while (!(decision = judge_stop(values, 4, rule)).stop) {
      REQUIRE(decision.next_samples >= 1);
      REQUIRE(++rounds < 100);
      for (std::size_t i = 0; i < decision.next_samples; ++i) {
        values.push_back(1 + static_cast<double>(random() % 1000));
      }
    }
    CHECK((decision.reason == "time" || decision.reason == "samples"));
  }
}

TEST_CASE("a slow case is not asked for more samples than its time allows") {
  const std::vector<double> values(5, 1e8);  // 0.1 s each, 0.5 s spent
  const auto decision = judge_stop(values, 1, {.min_samples = 20, .max_time_ns = 1e9});
  CHECK_FALSE(decision.stop);
  CHECK(decision.next_samples == 5);
}

TEST_CASE("the least time is measured even when the precision is reached before") {
  const std::vector<double> values(30, 1000);
  const auto decision = judge_stop(values, 1, {.min_samples = 20, .min_time_ns = 1e6, .max_time_ns = 1e9});
  CHECK_FALSE(decision.stop);
  CHECK(decision.next_samples >= 900);
}
