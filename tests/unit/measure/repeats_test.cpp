// SPDX-License-Identifier: Apache-2.0
#include "harness/measure/repeats.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

using namespace assay;
using namespace assay::measure;

namespace {

/// A launch of `n` samples of `ns` each, every second one `spread` longer (a share).
Samples launch(std::size_t n, double ns, double spread) {
  Samples samples;
  double at = 0;
  for (std::size_t i = 0; i < n; ++i) {
    samples.start_ns.push_back(std::llround(at));
    at += i % 2 == 0 ? ns : ns * (1 + spread);
    samples.end_ns.push_back(std::llround(at));
  }
  return samples;
}

/// Costs of three launches at levels 1, 1 + `between` and 1 - `between`.
std::vector<LaunchCost> launches(std::size_t n, double within, double between, std::int64_t batch = 1) {
  std::vector<LaunchCost> costs;
  for (const double level : {1.0, 1 + between, 1 - between}) {
    Samples samples = launch(n, 1e5 * level, within);
    samples.batch = batch;
    costs.push_back(*launch_cost(samples, 2e8));
  }
  return costs;
}

const StoppingRule rule{.relative_precision = 0.005, .min_samples = 20, .max_samples = 1'000'000};

}  // namespace

TEST_CASE("a launch costs its time, less that of its steady samples") {
  Samples samples = launch(100, 1000, 0);
  samples.warmup = 10;
  const auto cost = launch_cost(samples, 1e6);
  REQUIRE(cost);
  CHECK(cost->log_ns.n == 90);
  CHECK(cost->log_ns.mean == Approx(std::log(1000)));
  CHECK(cost->log_ns.deviation == Approx(0).margin(1e-9));
  CHECK(cost->sample_ns == Approx(1000));
  CHECK(cost->overhead_ns == Approx(1e6 - 9e4));
  CHECK(launch_cost(samples, 10)->overhead_ns == 0);
}

TEST_CASE("an open loop, and a launch of a single steady sample, say nothing about repeats") {
  Samples samples = launch(3, 1000, 0);
  samples.warmup = 2;
  CHECK_FALSE(launch_cost(samples, 1e6));
  CHECK_FALSE(launch_cost({}, 1e6));
  samples.warmup = 0;
  REQUIRE(launch_cost(samples, 1e6));
  samples.scheduled_ns = samples.start_ns;
  CHECK_FALSE(launch_cost(samples, 1e6));
}

TEST_CASE("the first three launches have the stopping rule alone") {
  auto earlier = launches(50, 0.1, 0.1);
  earlier.pop_back();
  CHECK(repeats_rule(earlier, 6, rule).max_samples == rule.max_samples);
  CHECK(repeats_rule({}, 6, rule).max_samples == rule.max_samples);
}

TEST_CASE("launches that differ more take fewer samples each, costly ones more") {
  // Where samples are batches no percentile is to be kept, and the formula alone is seen.
  const auto samples = [&](double within, double between) {
    return repeats_rule(launches(1000, within, between, 8), 6, rule).max_samples;
  };
  CHECK(samples(0.1, 0.01) > 100);
  CHECK(samples(0.1, 0.01) > samples(0.1, 0.02));
  CHECK(samples(0.2, 0.02) > samples(0.1, 0.02));
  CHECK(samples(0.001, 0.1) == rule.min_samples);
  CHECK(samples(0.1, 0) == rule.max_samples);  // no variance between launches is seen: nothing to save
  auto costly = launches(1000, 0.1, 0.02, 8);
  for (auto& cost : costly) cost.overhead_ns *= 4;
  CHECK(static_cast<double>(repeats_rule(costly, 6, rule).max_samples) ==
        Approx(2 * static_cast<double>(samples(0.1, 0.02))).epsilon(0.02));
}

TEST_CASE("no percentile is lost, and none is computed in another way, because launches take fewer samples") {
  // Every launch had the 299 samples that its own p99 needs: the next has them, too.
  CHECK(repeats_rule(launches(400, 0.001, 0.1), 6, rule).max_samples == 299);
  CHECK(repeats_rule(launches(299, 0.001, 0.1), 100, rule).max_samples == 299);
  // They had not: the next has its share of what all need together, and never less than min_samples.
  CHECK(repeats_rule(launches(298, 0.001, 0.1), 6, rule).max_samples == 50);
  CHECK(repeats_rule(launches(298, 0.001, 0.1), 100, rule).max_samples == 20);
  // They had less than their share: the others make it good.
  CHECK(repeats_rule(launches(40, 0.001, 0.1), 6, rule).max_samples == 60);
  CHECK(repeats_rule(launches(40, 0.001, 0.1), 3, rule).max_samples >= 179);
}

TEST_CASE("the suite's limits stay upper bounds, and all else of the rule is left") {
  StoppingRule tight = rule;
  tight.max_samples = 30;
  const auto next = repeats_rule(launches(400, 0.001, 0.1), 6, tight);
  CHECK(next.max_samples == 30);
  CHECK(next.max_time_ns == tight.max_time_ns);
  CHECK(next.min_samples == tight.min_samples);
  CHECK(next.relative_precision == tight.relative_precision);
}

TEST_CASE("equal samples, and times of no length, end in a rule that stops") {
  CHECK(repeats_rule(launches(50, 0, 0), 6, rule).max_samples >= 50);
  std::vector<LaunchCost> nothing(3, *launch_cost(launch(50, 0, 0), 0));
  CHECK(repeats_rule(nothing, 6, rule).max_samples <= rule.max_samples);
  CHECK(repeats_rule(nothing, 0, rule).max_samples >= 1);
}
