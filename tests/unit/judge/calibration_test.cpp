// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/calibration.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "harness/core/error.h"

using namespace assay;

namespace {

/// `noise`: standard deviation of a launch; `level`: of the session, as a logarithm.
std::vector<LaunchPair> session(std::uint64_t seed, int count, double noise = 0.01, double level = 0,
                                double slowdown = 0) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> of_launch(0, noise);
  std::vector<LaunchPair> pairs;
  for (int i = 0; i < count; ++i)
    pairs.push_back({1e6 * std::exp(level + of_launch(random)),
                     1e6 * (1 + slowdown) * std::exp(level + of_launch(random)),
                     {},
                     {}});
  return pairs;
}

SelfCompared compared(const std::string& key, std::vector<std::vector<LaunchPair>> sessions) {
  SelfCompared one;
  one.key = key;
  one.sessions = std::move(sessions);
  return one;
}

CalibrationRule of_sessions(int pairs) {
  CalibrationRule rule;
  rule.session_pairs = pairs;
  return rule;
}

double detectable(std::vector<LaunchPair> pairs, std::size_t cases = 1, const CalibrationRule& rule = {}) {
  return smallest_detectable(pairs, cases, rule).value();
}

}  // namespace

TEST_CASE("equal sides give no alarms, and the bound says how little few comparisons show") {
  const std::vector<SelfCompared> cases{
      compared("a.a/x@cpu", {session(1, 18), session(2, 18), session(3, 18)}),
      compared("a.b/x@cpu", {session(6, 18), session(7, 18), {}})};
  const auto found = calibrate(cases, of_sessions(18));
  REQUIRE(found.size() == 2);
  CHECK(found[0].case_key == "a.a/x@cpu");
  CHECK(found[0].sessions == 3);
  CHECK(found[0].pairs == 54);
  CHECK(found[0].comparisons == 3);
  CHECK(found[0].alarms == 0);
  CHECK(found[0].cases == 2);
  CHECK(found[0].judge == paired_judge_version);
  CHECK(found[1].sessions == 2);  // one of them has no pair
  CHECK(found[1].comparisons == 2);
  const SuiteCalibration suite = suite_calibration(found);
  CHECK(suite.comparisons == 5);
  CHECK(*suite.alarm_bound == Approx(1 - std::pow(0.05, 1.0 / 5)));
  CHECK(*suite.worst_detectable == std::max(*found[0].detectable, *found[1].detectable));
  CHECK(*alarm_bound(0, 300) < 0.01);
  CHECK_FALSE(alarm_bound(0, 0));
}

TEST_CASE("an alarm between equal sides is counted in its case and its session") {
  std::vector<SelfCompared> cases;
  for (int i = 0; i < 3; ++i)
    cases.push_back(compared("a.a/x?n=" + std::to_string(i) + "@cpu",
                             {session(10 + static_cast<std::uint64_t>(i), 24), session(20, 24)}));
  cases[1].sessions[1] = session(30, 24, 0.01, 0, 0.1);   // the one launch is disturbed, the other not
  cases[2].sessions[1] = session(31, 24, 0.01, 0, -0.1);  // either way
  const auto found = calibrate(cases, of_sessions(24));
  CHECK(found[0].alarms == 0);
  CHECK(found[1].alarms == 1);
  CHECK(found[2].alarms == 1);
  CHECK(found[0].alarmed_sessions == 1);
  const SuiteCalibration suite = suite_calibration(found);
  CHECK(suite.alarms == 2);
  CHECK(suite.alarmed_sessions == 1);
  CHECK(suite.sessions == 2);
}

TEST_CASE("what is detectable grows with the noise and the suite, and falls with the launches allowed") {
  const auto pairs = session(1, 60);
  const double usual = detectable(pairs);
  CHECK(detectable(pairs) == usual);  // to the last bit
  CHECK(usual > 0.003);
  CHECK(usual < 0.03);
  CHECK(detectable(session(1, 60, 0.02)) == Approx(2 * usual).epsilon(0.05));
  CHECK(detectable(pairs, 100) > 1.1 * usual);
  CalibrationRule fewer;
  fewer.rule.most_pairs = 18;
  CHECK(detectable(pairs, 1, fewer) > 1.3 * usual);
  // Which side of equal ones is called the base makes no difference: a constant one is noise here.
  CHECK(detectable(session(1, 60, 0.01, 0, 0.05)) > 3 * usual);
}

TEST_CASE("what is called detectable is what the judge itself shows in 80 % of trials") {
  const auto pairs = session(7, 54);
  const double at = detectable(pairs, 10);
  std::vector<PairedCase> suite(10);
  SuiteRule rule;
  rule.suite_error = rule.case_error = suite_budget(suite, rule).level;
  rule.give_up = false;
  std::mt19937_64 random(3);
  const auto shown = [&](double slowdown) {
    int slower = 0;
    for (int trial = 0; trial < 200; ++trial) {
      PairedCase one;
      one.key = "a.a/x@cpu";
      one.smallest_effect = 1e-9;
      for (int i = 0; i < 60; ++i) {
        LaunchPair pair = pairs[random() % pairs.size()];
        if ((random() >> 63) == 0) std::swap(pair.base, pair.candidate);
        pair.candidate *= 1 + slowdown;
        one.pairs.push_back(pair);
      }
      slower += judge_suite(std::vector{one}, rule).front().paired.verdict.outcome == Outcome::slower;
    }
    return slower / 200.0;
  };
  CHECK(shown(at) == Approx(0.8).margin(0.1));
  CHECK(shown(0.5 * at) < 0.4);
  CHECK(shown(1.5 * at) > 0.97);
}

TEST_CASE("cycles have to show the change, too") {
  auto pairs = session(1, 60);
  const double by_time = detectable(pairs);
  const auto counted = session(2, 60, 0.05);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    pairs[i].base_cycles = counted[i].base;
    pairs[i].candidate_cycles = counted[i].candidate;
  }
  CHECK(detectable(pairs) > 3 * by_time);
}

TEST_CASE("few pairs, and noise beyond measure, detect nothing rather than something") {
  CHECK_FALSE(smallest_detectable(session(1, 11), 1, {}));
  CHECK(smallest_detectable(session(1, 12), 1, {}));
  CHECK_FALSE(smallest_detectable(session(1, 60, 3), 1, {}));
  const auto found = calibrate(std::vector{compared("a.a/x@cpu", {session(1, 6)})}, of_sessions(18));
  CHECK_FALSE(found[0].detectable);
  CHECK_FALSE(found[0].session_spread);  // of one session
  CHECK_FALSE(suite_calibration(found).worst_detectable);
  CHECK_FALSE(session_margin(found[0], 0.005));
  // Sessions that could never alarm are refused, not passed.
  CHECK_THROWS_AS(calibrate(std::vector{compared("a.a/x@cpu", {session(1, 6)})}, of_sessions(6)), Error);
}

TEST_CASE("sessions at different levels spread; the margin between two of them is Student's") {
  const auto found = calibrate(
      std::vector{compared(
          "a.a/x@cpu", {session(1, 18, 1e-6, -0.02), session(2, 18, 1e-6, 0), session(3, 18, 1e-6, 0.02)})},
      of_sessions(18));
  REQUIRE(found[0].session_spread);
  CHECK(*found[0].session_spread == Approx(0.02).epsilon(0.001));
  // t of 2 degrees at 0.975 is 4.3027.
  CHECK(*session_margin(found[0], 0.05) == Approx(std::expm1(4.3027 * 0.02 * std::sqrt(2.0))).epsilon(0.001));
  CHECK(*session_margin(found[0], 0.005) > *session_margin(found[0], 0.05));
}

TEST_CASE("the margin between sessions holds as often as it says", "[simulation]") {
  std::mt19937_64 random(5);
  std::normal_distribution<double> level(0, 0.03);
  int beyond = 0;
  constexpr int trials = 20'000;
  for (int trial = 0; trial < trials; ++trial) {
    Calibration known;
    known.sessions = 4;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 4; ++i) {
      const double at = level(random);
      sum += at;
      squares += at * at;
    }
    known.session_spread = std::sqrt((squares - sum * sum / 4) / 3);
    const double ratio = std::exp(std::abs(level(random) - level(random)));
    beyond += ratio > 1 + *session_margin(known, 0.05);
  }
  CHECK(static_cast<double>(beyond) / trials == Approx(0.05).margin(0.006));
}
