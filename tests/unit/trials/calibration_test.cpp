// SPDX-License-Identifier: Apache-2.0
/// What calibrating says of hosts that do not exist, and whether it is true of them: the real loop and judge.
#include "harness/judge/calibration.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

#include "harness/core/error.h"
#include "tests/support/noise.h"

using namespace assay;
using namespace assay::tests;

namespace {

struct Shape {
  int cases = 20;
  int sessions = 3;
  int pairs = 18;
};

/// Cases against themselves, as run_calibrate() measures them.
std::vector<SelfCompared> measured(const Noise& noise, const Shape& shape, std::uint64_t seed) {
  std::vector<SelfCompared> found(static_cast<std::size_t>(shape.cases));
  for (std::size_t i = 0; i < found.size(); ++i)
    found[i].key = "simulated.case/own?n=" + std::to_string(i) + "@cpu";
  for (int session = 0; session < shape.sessions; ++session) {
    SimulatedHost host(noise, {}, std::vector<double>(found.size(), 0.0),
                       seed * 1000 + static_cast<std::uint64_t>(session));
    trials::TrialSettings settings;
    settings.rule.most_pairs = shape.pairs;
    settings.seed = seed + static_cast<std::uint64_t>(session);
    settings.to_the_end = true;
    settings.rerun = false;
    std::vector<PairedCase> cases(found.size());
    const auto trial = trials::run_paired_trial(cases, settings, std::ref(host));
    for (std::size_t i = 0; i < found.size(); ++i) found[i].sessions.push_back(trial.cases[i].evidence.pairs);
  }
  return found;
}

CalibrationRule rule_of(const Shape& shape) {
  CalibrationRule rule;
  rule.session_pairs = shape.pairs;
  return rule;
}

/// What comes in launches, whichever side they are of.
std::vector<Noise> sideless_noise() {
  auto kinds = visible_noise();
  std::erase_if(kinds, [](const Noise& noise) {
    return noise.hog > 0 || noise.clock_cap > 0 || noise.layout_shift > 0;
  });
  return kinds;
}

/// Share of fresh trials in which the rule finds a change, by itself: no smallest effect, no second session.
double power(const Noise& noise, const std::vector<Calibration>& known, double times, int suites) {
  int shown = 0;
  std::vector<double> slowdowns;
  for (const Calibration& one : known) slowdowns.push_back(times * one.detectable.value());
  for (int suite = 0; suite < suites; ++suite) {
    SimulatedHost host(noise, {}, slowdowns, 900'000 + static_cast<std::uint64_t>(suite));
    std::vector<PairedCase> cases(known.size());
    for (PairedCase& one : cases) one.smallest_effect = 1e-9;
    trials::TrialSettings settings;
    // What one case shows where no other changed: Holm's procedure would lend it their share.
    settings.rule.case_error = suite_budget(cases, settings.rule).level;
    settings.rule.give_up = false;
    settings.rerun = false;
    settings.seed = static_cast<std::uint64_t>(suite) + 77;
    const auto trial = trials::run_paired_trial(cases, settings, std::ref(host));
    for (const auto& one : trial.cases) shown += one.judgement.paired.verdict.outcome == Outcome::slower;
  }
  return shown / static_cast<double>(suites) / static_cast<double>(known.size());
}

}  // namespace

TEST_CASE("a trial to the end measures all pairs, decided or not") {
  for (const auto& one :
       measured({.name = "quiet", .sample = 1e-5}, {.cases = 2, .sessions = 1, .pairs = 30}, 1))
    CHECK(one.sessions.at(0).size() == 30);
}

TEST_CASE("equal sides alarm as rarely as is promised, whatever launches suffer", "[simulation]") {
  const Shape shape{.cases = 20, .sessions = 60, .pairs = 24};
  for (const Noise& noise : sideless_noise()) {
    INFO(noise.name);
    const auto suite = suite_calibration(calibrate(measured(noise, shape, 1), rule_of(shape)));
    REQUIRE(suite.comparisons == 1200);
    CHECK(suite.alarms <= 6 + 9);            // 0.5 %, and what chance adds once in several thousand times
    CHECK(suite.alarmed_sessions <= 3 + 7);  // 5 %
    CHECK(*suite.alarm_bound < 0.02);
  }
}

TEST_CASE("a change of the size that is called detectable is found in 80 % of fresh trials", "[simulation]") {
  for (const Noise& noise : {Noise{.name = "quiet"}, rough_noise()}) {
    INFO(noise.name);
    constexpr int calibrations = 8;
    double shown = 0;
    for (int i = 0; i < calibrations; ++i) {
      const auto known = calibrate(measured(noise, {}, 5 + static_cast<std::uint64_t>(i)), rule_of({}));
      shown += power(noise, known, 1, 5) / calibrations;
      if (i > 0) continue;
      CHECK(power(noise, known, 0.5, 4) < 0.5);
      CHECK(power(noise, known, 1.5, 4) > 0.93);
    }
    CHECK(shown == Approx(0.8).margin(0.05));
  }
}

TEST_CASE("a noisier host detects less, and says so", "[simulation]") {
  const auto quiet = suite_calibration(calibrate(measured({.name = "quiet"}, {}, 1), rule_of({})));
  const auto rough = suite_calibration(calibrate(measured(rough_noise(), {}, 1), rule_of({})));
  REQUIRE(quiet.worst_detectable);
  REQUIRE(rough.worst_detectable);
  CHECK(*rough.median_detectable > 1.2 * *quiet.median_detectable);
  CHECK(*rough.worst_spread > 2 * *quiet.worst_spread);  // its drift is what sessions differ by
  CHECK(*quiet.median_detectable < 0.01);
}
