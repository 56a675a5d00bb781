// SPDX-License-Identifier: Apache-2.0
#include "harness/trials/capacity.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "harness/stats/quantile.h"
#include "harness/stats/random.h"

using namespace assay;
using namespace assay::trials;

namespace {

constexpr double service_s = 1e-3;
constexpr double limit_s = 20e-3;

/// One launch of a server with one queue and random arrivals (Lindley's recursion), from empty; its p99.
double p99_of_launch(double rate, bool constant, stats::Random& random) {
  constexpr int warmup = 500, requests = 5000;
  std::vector<double> latencies;
  double wait = 0;
  for (int i = 0; i < warmup + requests; ++i) {
    const double service = constant ? service_s : -service_s * std::log(random.uniform());
    if (i >= warmup) latencies.push_back(wait + service);
    wait = std::max(0.0, wait + service + std::log(random.uniform()) / rate);
  }
  return stats::quantile(latencies, 0.99);
}

/// As results() makes it of launches that have a tail each.
Fit probe(double rate, int launches, bool constant, stats::Random& random) {
  if (rate * service_s >= 1.2) return Fit::fail;
  std::vector<double> tails;
  for (int i = 0; i < launches; ++i) tails.push_back(p99_of_launch(rate, constant, random));
  std::sort(tails.begin(), tails.end());
  MetricValue value;
  value.id = "time.wall.p99";
  value.unit = "s";
  value.n = launches;
  value.value = stats::quantile_sorted(tails, 0.5);
  const auto interval = stats::quantile_interval(tails, 0.5);
  if (interval) value.ci_low = interval->low, value.ci_high = interval->high;
  return judge_limit(value, true, {limit_s, "s"}).fit;
}

/// P[waiting <= t] with constant service (Erlang 1909; Gross and Harris, "Fundamentals of Queueing Theory").
double waits_at_most(double rate, double t) {
  double sum = 0, power = 1;
  for (int k = 0; k * service_s <= t; ++k) {
    const double x = rate * (t - k * service_s);
    power = 1;
    for (int i = 1; i <= k; ++i) power *= -x / i;
    sum += power * std::exp(x);
  }
  return (1 - rate * service_s) * sum;
}

double true_capacity(bool constant) {
  if (!constant) return 1 / service_s - std::log(100.0) / limit_s;  // latency is exponential: mu - lambda
  double low = 1, high = 0.999 / service_s;
  while (high - low > 1e-6 * low) {
    const double middle = (low + high) / 2;
    (waits_at_most(middle, limit_s - service_s) >= 0.99 ? low : high) = middle;
  }
  return low;
}

CapacityProbe step_at(double capacity) {
  return [capacity](double value, int) { return value <= capacity ? Fit::pass : Fit::fail; };
}

}  // namespace

TEST_CASE("a sharp limit is found within the precision, from wherever the search starts") {
  for (const double start : {0.001, 0.9, 1.0, 7.0, 5000.0}) {
    CapacitySettings settings;
    settings.start = start;
    settings.most_probes = 40;
    const CapacityOutcome found = find_capacity(step_at(100), settings);
    INFO("from " << start);
    CHECK(found.found);
    CHECK(found.low <= 100);
    CHECK(*found.high > 100);
    CHECK(*found.high / found.low <= 1.05);
  }
}

TEST_CASE("whole numbers end at neighbours") {
  CapacitySettings settings;
  settings.whole = true;
  for (const int capacity : {1, 2, 3, 7, 100}) {
    const CapacityOutcome found = find_capacity(step_at(capacity), settings);
    INFO(capacity);
    CHECK(found.found);
    CHECK(found.low == Approx(capacity).epsilon(0.05));
  }
  const CapacityOutcome none = find_capacity(step_at(0), settings);
  CHECK_FALSE(none.found);
  CHECK(none.low == 0);
  CHECK(none.steps.size() == 1);
}

TEST_CASE("a search ends without a bracket, without a result, and when it is told to") {
  CapacitySettings settings;
  const CapacityOutcome all = find_capacity(step_at(1e300), settings);
  CHECK_FALSE(all.found);
  CHECK_FALSE(all.high);
  CHECK(all.steps.size() == 12);
  const CapacityOutcome none = find_capacity([](double, int) { return Fit::not_measured; }, settings);
  CHECK(none.steps.size() == 1);
  int asked = 0;
  const CapacityOutcome stopped = find_capacity(step_at(100), settings, [&] { return ++asked > 3; });
  CHECK(stopped.steps.size() == 3);
}

TEST_CASE("what stays undecided is made again with more launches, and is never called kept") {
  std::vector<int> launches;
  const CapacityProbe unsure = [&](double value, int count) {
    if (value > 90 && value < 110) launches.push_back(count);
    return value <= 90 ? Fit::pass : value < 110 ? Fit::undecided : Fit::fail;
  };
  CapacitySettings settings;
  settings.start = 100;
  const CapacityOutcome found = find_capacity(unsure, settings);
  CHECK(std::vector<int>(launches.begin(), launches.begin() + 3) == std::vector<int>{6, 12, 24});
  CHECK(found.low <= 90);
  CHECK(found.high_undecided);
  CHECK(found.found);
}

TEST_CASE("the capacity of a simulated server is found within 5 % in fewer than 12 probes", "[simulation]") {
  for (const bool constant : {false, true}) {
    const double truth = true_capacity(constant);
    int near = 0, most = 0, all = 0;
    const int seeds = 60;
    for (int seed = 1; seed <= seeds; ++seed) {
      stats::Random random(static_cast<std::uint64_t>(seed));
      CapacitySettings settings;
      settings.start = 0.5 / service_s;  // half of what calls back to back reach
      const CapacityOutcome found = find_capacity(
          [&](double rate, int launches) { return probe(rate, launches, constant, random); }, settings);
      near += found.found && std::abs(found.low / truth - 1) <= 0.05 ? 1 : 0;
      most = std::max(most, static_cast<int>(found.steps.size()));
      all += static_cast<int>(found.steps.size());
    }
    WARN((constant ? "M/D/1" : "M/M/1")
         << ", capacity " << truth << ": within 5 % in " << near << " of " << seeds << ", "
         << static_cast<double>(all) / seeds << " probes, at most " << most);
    CHECK(near >= seeds * 9 / 10);
    CHECK(most < 12);
  }
}
