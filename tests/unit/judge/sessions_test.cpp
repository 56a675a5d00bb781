// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/sessions.h"

#include <catch2/catch.hpp>

#include "harness/judge/gate_evidence.h"

using namespace assay;
using Catch::Matchers::Contains;

namespace {

Verdict separate(double ratio, double low, double high, const std::string& more = "") {
  Verdict v;
  v.metric = "time.wall.p50";
  v.rule = "session";
  v.ratio = ratio;
  v.ci_low = low;
  v.ci_high = high;
  v.reason = more;
  return v;
}

/// With 6 sessions: at 0.5 %, t of 5 degrees is 4.773, so 1 % spread is a margin of 7 %.
Calibration calibrated(double spread = 0.01, int sessions = 6) {
  Calibration one;
  one.sessions = sessions;
  one.session_spread = spread;
  one.at_utc_ms = 1'795'737'600'000;
  return one;
}

Verdict judged(Verdict verdict, const std::optional<Calibration>& calibration, double effect = 0.005) {
  std::vector<Verdict> verdicts{std::move(verdict)};
  const std::vector<SessionQuestion> questions{{&verdicts[0], calibration ? &*calibration : nullptr, effect}};
  judge_sessions(questions, {});
  CHECK(verdicts[0].rule == "session");
  return verdicts[0];
}

GateEvidence two_sessions(const std::vector<double>& ratios) {
  GateEvidence evidence;
  evidence.against = "baseline:main";
  for (std::size_t i = 0; i < ratios.size(); ++i) {
    CaseEvidence one;
    one.key = "a.a/x?n=" + std::to_string(i) + "@cpu";
    one.base = one.candidate = SideEvidence{};
    one.others = {separate(ratios[i], ratios[i] * 0.99, ratios[i] * 1.01)};
    one.calibration = calibrated();
    evidence.cases.push_back(std::move(one));
  }
  return evidence;
}

}  // namespace

TEST_CASE("two sessions differ only beyond what sessions of the host do") {
  CHECK(judged(separate(0.8, 0.78, 0.82), calibrated()).outcome == Outcome::slower);
  CHECK(judged(separate(1.3, 1.28, 1.32), calibrated()).outcome == Outcome::faster);
  const Verdict within = judged(separate(0.95, 0.94, 0.96), calibrated());
  CHECK(within.outcome == Outcome::undecided);
  CHECK_THAT(within.reason, Contains("by 6 sessions of 2026-11-27"));
  CHECK(judged(separate(0.92, 0.85, 0.99), calibrated()).outcome ==
        Outcome::undecided);  // the whole interval
  CHECK(judged(separate(0.95, 0.94, 0.96), calibrated(0.001)).outcome == Outcome::slower);
  CHECK(judged(separate(0.8, 0.78, 0.82), calibrated(0.01, 2)).outcome == Outcome::undecided);
  CHECK(judged(separate(0.85, 0.8, 0.9), calibrated(0.001), 0.2).outcome == Outcome::undecided);
  CHECK(judged(separate(1, 0.999, 1.001), calibrated(0.001), 0.02).outcome == Outcome::same);
  CHECK(judged(separate(1, 0.999, 1.001), calibrated(0.01), 0.02).outcome == Outcome::undecided);
}

TEST_CASE(
    "without a calibration, or with one of a single session, two sessions stay undecided, and say how") {
  const Verdict open = judged(separate(0.5, 0.4, 0.6, "the threads went from 1 to 2"), std::nullopt);
  CHECK(open.outcome == Outcome::undecided);
  CHECK(open.cause == cause_uncalibrated);
  CHECK_THAT(open.reason, Contains("'assay calibrate'") && Contains("; the threads went from 1 to 2"));
  Calibration once = calibrated(0.01, 1);
  once.session_spread.reset();
  CHECK_THAT(judged(separate(0.5, 0.4, 0.6), once).reason, Contains("--sessions 5"));
  Verdict few = separate(0.5, 0, 0);
  few.ci_low.reset();
  few.ci_high.reset();
  CHECK_THAT(judged(few, calibrated()).reason, Contains("too few launches"));
}

TEST_CASE("a gate fails on two sessions where they lie apart, and the questions share the error budget") {
  const Policy policy;
  const auto report = decide(two_sessions({0.8, 1, 1, 1}), policy);
  REQUIRE(report.findings.size() == 4);
  CHECK(report.findings[0].state == GateState::fail);
  CHECK(report.dead.empty());  // what lies within the spread was judged, too
  CHECK(report.count(GateState::undecided) == 3);
  // 0.92 is beyond the margin of one question by itself (7 %), not of one of twenty.
  std::vector<double> ratios(20, 1.0);
  ratios[0] = 0.92;
  CHECK(decide(two_sessions({0.91}), policy).count(GateState::fail) == 1);
  CHECK(decide(two_sessions(ratios), policy).count(GateState::fail) == 0);
}

TEST_CASE("what most cases do together between two sessions is put on the host, and said") {
  const auto together = decide(two_sessions({0.8, 0.8, 0.8, 1}), {});
  CHECK(together.count(GateState::fail) == 0);
  CHECK_THAT(together.findings[0].verdict.reason, Contains("3 of 4 cases got slower together"));
  CHECK(together.findings[0].verdict.cause == "host");
  CHECK(decide(two_sessions({0.8, 0.8, 1, 1}), {}).count(GateState::fail) == 2);
  CHECK(decide(two_sessions({0.8, 0.8}), {}).count(GateState::fail) == 2);  // too few to say
}

TEST_CASE("what moves between two sessions with unchanged machine code is layout, and fails no gate") {
  GateEvidence evidence = two_sessions({0.8, 0.8, 1.3, 1});
  evidence.cases[0].same_machine_code = evidence.cases[2].same_machine_code = true;
  const auto report = decide(evidence, {});
  REQUIRE(report.findings.size() == 4);
  int layout = 0;
  for (const auto& finding : report.findings) {
    if (finding.verdict.cause != cause_layout) continue;
    ++layout;
    CHECK(finding.verdict.outcome == Outcome::undecided);
    CHECK_THAT(finding.verdict.reason, Contains("both sides execute the same machine code"));
  }
  CHECK(layout == 2);
  CHECK(report.count(GateState::fail) == 1);
  evidence.cases[3].same_machine_code = true;  // it does not move: nothing to explain
  const auto still = decide(evidence, {});
  CHECK(still.count(GateState::undecided) == 3);
  CHECK(std::count_if(still.findings.begin(), still.findings.end(), [](const auto& of) {
          return of.verdict.reason.find("same machine code") != std::string::npos;
        }) == 3);
}

TEST_CASE("a gate whose times lack a calibration has judged nothing by them") {
  GateEvidence evidence = two_sessions({0.8});
  evidence.cases[0].calibration.reset();
  const auto report = decide(evidence, {});
  CHECK(report.count(GateState::fail) == 0);
  CHECK(report.dead == std::vector<std::string>{"nothing was judged"});
}

TEST_CASE(
    "an alarm of two sessions stands where a third says so too, or where nobody looked again, and says "
    "which") {
  GateEvidence evidence = two_sessions({0.8, 1, 1, 1});
  const auto alarm = [&] { return decide(evidence, {}).findings[0]; };
  CHECK(alarm().state == GateState::fail);
  CHECK_THAT(alarm().verdict.reason, Contains("not measured again: there is no second session"));
  evidence.cases[0].not_again = "its worker was built anew since";
  CHECK(alarm().state == GateState::fail);
  CHECK_THAT(alarm().verdict.reason, Contains("built anew"));
  evidence.cases[0].not_again.clear();
  evidence.cases[0].again = separate(0.81, 0.8, 0.82);
  CHECK(alarm().state == GateState::fail);
  CHECK_THAT(alarm().verdict.reason, Contains("so it was once more: 0.81x"));
  evidence.cases[0].again = separate(0.99, 0.98, 1.0);
  CHECK(alarm().verdict.outcome == Outcome::undecided);
  CHECK_THAT(alarm().verdict.reason, Contains("slower at first, but 0.99x when it was measured once more"));
  evidence.cases[0].again->ci_low.reset();
  CHECK(alarm().state == GateState::fail);
  CHECK_THAT(alarm().verdict.reason, Contains("not measured again: too few launches"));
  Policy once;
  once.rerun = false;
  CHECK(decide(evidence, once).findings[0].state == GateState::fail);
}
