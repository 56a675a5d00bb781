// SPDX-License-Identifier: Apache-2.0
/// What the rule of pairs promises, on hosts that do not exist: the real loop and the real judge.
/// ASSAY_TEST_SUITES suites of 100 cases each (100; 2,000 in `ci/test --full`); seeds are fixed, so a test
/// that passes does so everywhere. `paired_power` (tests/bench) prints the figures.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/noise.h"

using namespace assay::tests;

namespace {

int suites() {
  const char* wanted = std::getenv("ASSAY_TEST_SUITES");
  return wanted == nullptr || *wanted == '\0' ? 100 : std::stoi(wanted);
}

double share(int part, int whole) { return static_cast<double>(part) / whole; }

/// What chance adds to a true rate in so many trials, once in several thousand times.
double above(double rate, int trials) { return rate + 3.5 * std::sqrt(rate * (1 - rate) / trials); }

}  // namespace

TEST_CASE("unchanged cases alarm in at most 0.5 % of cases and 5 % of suites, whatever the noise",
          "[simulation]") {
  auto kinds = visible_noise();
  kinds.push_back(bursts_in_every_block(2));
  for (const Noise& noise : kinds) {
    INFO(noise.name);
    const SuiteCounts counts = simulate(noise, {}, suites(), 1);
    REQUIRE(counts.unchanged == 100 * suites());
    CHECK(share(counts.wrong, counts.unchanged) <= 0.005);
    CHECK(share(counts.alarmed_suites, counts.suites) <= 0.05);
    // The budget is kept without the second session, too: that one is the user's to switch off.
    CHECK(share(counts.wrong_first, counts.unchanged) <= 0.005);
    CHECK(share(counts.alarmed_suites_first, counts.suites) <= above(0.05, counts.suites));
    if (noise.cycles) CHECK(share(counts.blamed, counts.unchanged) > 0.95);
    if (noise.name == "quiet" || noise.name == "rough") CHECK(share(counts.same, counts.unchanged) > 0.95);
  }
}

TEST_CASE("the error budget is kept where no smallest effect helps it, nor a second session",
          "[simulation]") {
  // Bursts of two launches: with the two pairs of a block in opposite order (ABBA) 16 % and 72 % of suites
  // alarm.
  Noise bursts = rough_noise();
  bursts.name = "bursts, 2 of 7 launches";
  bursts.burst_every = 7;
  bursts.burst_length = 2;
  const int count = std::max(2, suites() / 2);
  for (const Noise& noise : {rough_noise(), bursts, bursts_in_every_block(2)}) {
    INFO(noise.name);
    int alarmed = 0;
    for (int suite = 0; suite < count; ++suite) {
      std::vector<assay::PairedCase> cases(100);
      for (auto& one : cases) one.smallest_effect = 1e-9;  // any change that is shown is an alarm
      SimulatedHost host(noise, {}, std::vector<double>(cases.size(), 0.0),
                         3'000'000 + static_cast<std::uint64_t>(suite));
      assay::trials::TrialSettings settings;
      settings.seed = static_cast<std::uint64_t>(suite);
      settings.rerun = false;
      settings.rule.give_up = false;
      const auto trial = assay::trials::run_paired_trial(cases, settings, std::ref(host));
      bool here = false;
      for (const auto& one : trial.cases) {
        const auto outcome = one.judgement.paired.verdict.outcome;
        here = here || outcome == assay::Outcome::slower || outcome == assay::Outcome::faster;
      }
      alarmed += here;
    }
    CHECK(share(alarmed, count) <= above(0.05, count));
  }
}

TEST_CASE("tails do not alarm where cycles say that the clock, or a load, moved them", "[simulation]") {
  SuiteShape shape;
  shape.requests = {.per_launch = 200, .stall_share = 0, .correlated_share = 0.003};
  for (const Noise& noise : visible_noise()) {
    INFO(noise.name);
    const SuiteCounts counts = simulate(noise, shape, std::max(2, suites() / 40), 4'000'000);
    CHECK(share(counts.tail_wrong, counts.unchanged) <= 0.005);
    CHECK(share(counts.alarmed_suites, counts.suites) <= above(0.05, counts.suites));
  }
}

TEST_CASE("slowdowns of 1, 2 and 5 % are found in 80, 95 and 99 % of cases within 60 launches a side",
          "[simulation]") {
  const auto found = [](const Noise& noise, double slowdown, int count) {
    SuiteShape shape;
    shape.changed = 10;
    shape.slowdown = slowdown;
    const SuiteCounts counts = simulate(noise, shape, count, 1'000'000);
    CHECK(counts.found_first >= counts.found);
    return share(counts.found, counts.changed);
  };
  CHECK(found(rough_noise(), 0.05, suites()) >= 0.99);
  CHECK(found(rough_noise(), 0.02, suites()) >= 0.95);
  CHECK(found(rough_noise(), 0.01, suites()) >= 0.80);
  for (const Noise& noise : visible_noise()) {
    // There a slowdown may be put on clock or layout, or 20 % on more than half of all pairs hides it.
    const bool hidden = noise.cycles || noise.layout_shift > 0 || noise.burst_length == 2;
    if (hidden || noise.name == "rough") continue;
    INFO(noise.name);
    CHECK(found(noise, 0.05, suites() / 10) >= 0.99);
    CHECK(found(noise, 0.02, suites() / 10) >= 0.93);
  }
}

TEST_CASE("a stall of one request in a hundred is found in 95 % of suites", "[simulation]") {
  SuiteShape shape;
  shape.changed = 1;
  shape.requests = {.per_launch = 500, .stall_share = 0.01, .correlated_share = 0.003};
  shape.requests_change = true;
  const SuiteCounts counts = simulate(rough_noise(), shape, suites() / 5, 2'000'000);
  CHECK(share(counts.tail_found, counts.changed) >= 0.95);
  CHECK(share(counts.tail_wrong, counts.unchanged) <= 0.005);
  CHECK(share(counts.alarmed_suites, counts.suites) <= 0.05);
}

TEST_CASE("a load beside one side alone looks like a slowdown where nothing counts cycles", "[simulation]") {
  const SuiteCounts counts = simulate(unseen_hog(), {}, 2, 1);
  CHECK(counts.wrong == counts.unchanged);  // a limit that is known: nothing in the times tells it from one
}

TEST_CASE("a budget of 70 launches a case decides all but 5 % of 100 cases on a rough host", "[simulation]") {
  SuiteShape shape;
  shape.budget_s = 7000;  // a launch takes 1 s there
  const SuiteCounts counts = simulate(rough_noise(), shape, 10, 5);
  CHECK(counts.longest_s <= 7000);
  CHECK(share(counts.undecided, counts.unchanged) < 0.05);
}
