// SPDX-License-Identifier: Apache-2.0
#include "harness/trials/paired_trial.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/core/error.h"
#include "tests/support/noise.h"

using namespace assay;
using namespace assay::tests;
using namespace assay::trials;

namespace {

std::vector<PairedCase> suite(std::size_t cases) {
  std::vector<PairedCase> list(cases);
  for (std::size_t i = 0; i < cases; ++i) list[i].key = "toy.case/own?n=" + std::to_string(i) + "@cpu";
  return list;
}

Noise quiet() { return {.name = "quiet", .sample = 0.002}; }

/// What was launched, in order.
struct Log {
  std::vector<LaunchOrder> orders;
  Measurer around(SimulatedHost& host) {
    return [this, &host](const LaunchOrder& order) {
      orders.push_back(order);
      return host(order);
    };
  }
};

SimulatedHost host_of(std::vector<double> slowdowns, const Noise& noise = quiet()) {
  return SimulatedHost(noise, {}, std::move(slowdowns), 42);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("every case ends as it is, decided early, and alarms were seen twice") {
  SimulatedHost host = host_of({0, 0.05, -0.05});
  const PairedTrial trial = run_paired_trial(suite(3), {}, std::ref(host));
  REQUIRE(trial.cases.size() == 3);
  CHECK(trial.cases[0].judgement.paired.verdict.outcome == Outcome::same);
  CHECK(trial.cases[1].judgement.paired.verdict.outcome == Outcome::slower);
  CHECK(trial.cases[2].judgement.paired.verdict.outcome == Outcome::faster);
  for (const CaseTrial& one : trial.cases) {
    CHECK(one.ending == Ending::decided);
    CHECK(one.failed_launches == 0);
  }
  CHECK(trial.cases[0].launches == 24);
  CHECK(trial.cases[1].launches == 36 + 24);
  CHECK(trial.cases[2].launches == 36);  // not an alarm
  REQUIRE(trial.cases[1].second);
  CHECK(trial.cases[1].second->pairs.size() == 12);
  CHECK_FALSE(trial.cases[0].second);
  CHECK(trial.launches == 24 + 60 + 36);
  CHECK(trial.took_s == Approx(trial.launches));
  CHECK_FALSE(trial.interrupted);
  CHECK_FALSE(trial.out_of_budget);
}

TEST_CASE(
    "launches stand in blocks of two pairs, each in an order of its own, cases in a new order each round") {
  SimulatedHost host = host_of(std::vector<double>(8, 0.0));
  Log log;
  TrialSettings settings;
  settings.rerun = false;
  run_paired_trial(suite(8), settings, log.around(host));
  REQUIRE(log.orders.size() % 4 == 0);
  std::set<std::vector<std::size_t>> rounds;
  std::vector<std::size_t> round;
  int base_first = 0;
  int alternates = 0;
  for (std::size_t i = 0; i < log.orders.size(); i += 4) {
    const LaunchOrder* block = &log.orders[i];
    for (int j = 1; j < 4; ++j) CHECK(block[j].case_index == block[0].case_index);
    CHECK(block[0].side != block[1].side);
    CHECK(block[2].side != block[3].side);
    CHECK(block[0].pair == block[1].pair);
    CHECK(block[2].pair == block[3].pair);
    CHECK(block[2].pair == block[0].pair + 1);
    base_first += block[0].side == Side::base;
    alternates += block[0].side == block[2].side;
    round.push_back(block[0].case_index);
    if (round.size() == 8) rounds.insert(std::exchange(round, {}));
  }
  const auto blocks = static_cast<int>(log.orders.size() / 4);
  CHECK(base_first > blocks / 4);
  CHECK(base_first < blocks * 3 / 4);
  CHECK(alternates > blocks / 4);
  CHECK(alternates < blocks * 3 / 4);
  CHECK(rounds.size() > 3);
}

TEST_CASE("the same seed gives the same launches and verdicts, another seed another order") {
  const auto run = [](std::uint64_t seed) {
    SimulatedHost host = host_of({0, 0.02, 0.01, 0}, rough_noise());
    Log log;
    TrialSettings settings;
    settings.seed = seed;
    const PairedTrial trial = run_paired_trial(suite(4), settings, log.around(host));
    std::string text;
    for (const LaunchOrder& order : log.orders)
      text += std::to_string(order.case_index) + (order.side == Side::base ? "a" : "b");
    for (const CaseTrial& one : trial.cases) text += one.judgement.paired.verdict.reason;
    return text;
  };
  CHECK(run(1) == run(1));
  CHECK(run(1) != run(2));
}

TEST_CASE("judging what a trial returns gives its verdicts again, bit for bit") {
  SimulatedHost host(rough_noise(), {.per_launch = 400, .stall_share = 0.005, .correlated_share = 0.003},
                     {0, 0.01, 0.02, 0.05, 0}, 42);
  auto cases = suite(5);
  for (PairedCase& one : cases) one.tail.emplace();
  TrialSettings settings;
  settings.rerun = false;
  int launches = 0;
  const PairedTrial trial = run_paired_trial(cases, settings, [&](const LaunchOrder& order) {
    LaunchOutcome outcome = host(order);
    outcome.requests_ns.resize(static_cast<std::size_t>(std::min(400, 150 + ++launches)));  // more and more
    outcome.cycles = *outcome.value * 3;
    return outcome;
  });
  std::vector<PairedCase> evidence;
  for (const CaseTrial& one : trial.cases) evidence.push_back(one.evidence);
  const auto judged = judge_suite(evidence, settings.rule);
  for (std::size_t i = 0; i < judged.size(); ++i) {
    const auto check = [](const RuleJudgement& now, const RuleJudgement& before) {
      CHECK(now.verdict.outcome == before.verdict.outcome);
      CHECK(now.verdict.ratio == before.verdict.ratio);
      CHECK(now.verdict.ci_low == before.verdict.ci_low);
      CHECK(now.verdict.ci_high == before.verdict.ci_high);
      CHECK(now.verdict.reason == before.verdict.reason);
      CHECK(now.p_value == before.p_value);
      CHECK(now.level == before.level);
    };
    check(judged[i].paired, trial.cases[i].judgement.paired);
    REQUIRE(judged[i].tail);
    check(*judged[i].tail, *trial.cases[i].judgement.tail);
  }
}

TEST_CASE("a side that does not run ends its case with the reason, and the others go on") {
  SimulatedHost host = host_of({0, 0, 0});
  const PairedTrial trial = run_paired_trial(suite(3), {}, [&](const LaunchOrder& order) {
    if (order.case_index == 1 && order.side == Side::candidate)
      return LaunchOutcome{.reason = "exit status 139", .took_s = 1};
    return host(order);
  });
  const CaseTrial& broken = trial.cases[1];
  CHECK(broken.ending == Ending::failed);
  CHECK(broken.judgement.paired.verdict.outcome == Outcome::incomparable);
  CHECK(has(broken.judgement.paired.verdict.reason,
            "the new side failed in 3 launches one after the other: exit status 139"));
  CHECK(broken.failed_launches == 3);
  CHECK(broken.evidence.pairs.empty());
  CHECK(trial.cases[0].judgement.paired.verdict.outcome == Outcome::same);
  CHECK(trial.cases[2].judgement.paired.verdict.outcome == Outcome::same);
}

TEST_CASE("a launch that fails now and then costs its pair, not its case") {
  SimulatedHost host = host_of({0, 0.05});
  int launches = 0;
  const PairedTrial trial = run_paired_trial(suite(2), {}, [&](const LaunchOrder& order) {
    LaunchOutcome outcome = host(order);
    ++launches;
    if (launches % 9 == 0) outcome = {.reason = "timed out", .took_s = 1};
    if (launches % 31 == 0) outcome.value = std::numeric_limits<double>::quiet_NaN();
    return outcome;
  });
  CHECK(trial.cases[0].judgement.paired.verdict.outcome == Outcome::same);
  CHECK(trial.cases[1].judgement.paired.verdict.outcome == Outcome::slower);
  CHECK(trial.cases[0].failed_launches > 0);
  CHECK_FALSE(trial.cases[0].last_failure.empty());
  for (const CaseTrial& one : trial.cases) {
    for (const LaunchPair& pair : one.evidence.pairs) CHECK((pair.base > 0 && pair.candidate > 0));
  }
}

TEST_CASE("a case whose launches mostly fail still ends") {
  SimulatedHost host = host_of({0.003}, rough_noise());
  int launches = 0;
  const PairedTrial trial = run_paired_trial(suite(1), {}, [&](const LaunchOrder& order) {
    return ++launches % 2 == 0 ? LaunchOutcome{.reason = "no luck", .took_s = 1} : host(order);
  });
  CHECK(trial.cases[0].launches <= 4 * 60);
}

TEST_CASE("a budget is kept, and who goes on does not depend on what was measured") {
  // 40 noisy cases that would take 120 launches each; the budget pays for 30 each.
  const auto measured = [](std::vector<double> slowdowns) {
    SimulatedHost host = host_of(std::move(slowdowns), {.name = "noisy", .sample = 0.02});
    TrialSettings settings;
    settings.budget_s = 1200;
    settings.rerun = false;
    const PairedTrial trial = run_paired_trial(suite(40), settings, std::ref(host));
    CHECK(trial.out_of_budget);
    CHECK(trial.took_s <= 1200);
    CHECK(trial.took_s > 1150);
    std::vector<std::size_t> pairs;
    for (const CaseTrial& one : trial.cases) {
      pairs.push_back(one.evidence.pairs.size());
      CHECK(one.ending == Ending::budget);
      CHECK(one.judgement.paired.verdict.outcome == Outcome::undecided);
    }
    return pairs;
  };
  const auto none = measured(std::vector<double>(40, 0.0));
  CHECK(none == measured(std::vector<double>(40, 0.004)));
  CHECK(*std::max_element(none.begin(), none.end()) == 18);
  CHECK(*std::min_element(none.begin(), none.end()) == 12);
}

TEST_CASE("cases that are decided leave their time to the others, and alarms keep enough to be seen again") {
  std::vector<double> slowdowns(20, 0.0);
  slowdowns[3] = 0.10;
  SimulatedHost host = host_of(slowdowns, rough_noise());
  TrialSettings settings;
  settings.budget_s = 20 * 2 * 36;  // 36 pairs a case in the mean; some want 60
  const PairedTrial trial = run_paired_trial(suite(20), settings, std::ref(host));
  CHECK(trial.took_s <= settings.budget_s);
  CHECK(trial.cases[3].judgement.paired.verdict.outcome == Outcome::slower);
  CHECK(has(trial.cases[3].judgement.paired.verdict.reason, "seen again"));
  const auto most = std::max_element(
      trial.cases.begin(), trial.cases.end(),
      [](const auto& a, const auto& b) { return a.evidence.pairs.size() < b.evidence.pairs.size(); });
  CHECK(most->evidence.pairs.size() > 36);
}

TEST_CASE("an alarm that could not be measured again stands, and says so") {
  SimulatedHost host = host_of({0.10});
  TrialSettings settings;
  settings.budget_s = 37;
  const PairedTrial trial = run_paired_trial(suite(1), settings, std::ref(host));
  CHECK(trial.cases[0].judgement.paired.verdict.outcome == Outcome::slower);
  CHECK(has(trial.cases[0].judgement.paired.verdict.reason, "not measured again: the budget is spent"));
}

TEST_CASE("an alarm that does not come again is undecided") {
  SimulatedHost host = host_of({0.0});
  const PairedTrial trial = run_paired_trial(suite(1), {}, [&](const LaunchOrder& order) {
    LaunchOutcome outcome = host(order);  // somebody else, in the first session, beside the new side alone
    if (order.session == 0 && order.side == Side::candidate) *outcome.value *= 1.1;
    return outcome;
  });
  CHECK(trial.cases[0].judgement.paired.verdict.outcome == Outcome::undecided);
  CHECK(has(trial.cases[0].judgement.paired.verdict.reason, "slower in the first session, and same"));
  REQUIRE(trial.cases[0].second);
  CHECK(trial.cases[0].evidence.pairs.size() == 18);
}

TEST_CASE("an interruption ends at once, keeps whole pairs, and judges what there is") {
  SimulatedHost host = host_of(std::vector<double>(4, 0.0), rough_noise());
  int launches = 0;
  std::vector<TrialProgress> told;
  TrialHooks hooks;
  hooks.stop = [&] { return launches == 51; };
  hooks.after_launch = [&](const TrialProgress& progress) { told.push_back(progress); };
  const PairedTrial trial = run_paired_trial(
      suite(4), {},
      [&](const LaunchOrder& order) {
        ++launches;
        return host(order);
      },
      hooks);
  CHECK(trial.interrupted);
  CHECK(launches == 51);
  CHECK(trial.launches == 51);
  REQUIRE(told.size() == 51);
  CHECK(told.back().launches == 51);
  CHECK(told.front().measuring == 4);
  std::size_t pairs = 0;
  for (const CaseTrial& one : trial.cases) {
    pairs += one.evidence.pairs.size();
    CHECK(one.ending == Ending::interrupted);
    CHECK(one.judgement.paired.verdict.outcome == Outcome::undecided);
  }
  CHECK(pairs == 25);
}

TEST_CASE("an interruption in the second session leaves the alarm standing") {
  SimulatedHost host = host_of({0.10});
  bool again = false;
  const PairedTrial trial = run_paired_trial(suite(1), {},
                                             [&](const LaunchOrder& order) {
                                               again = order.session == 1;
                                               return host(order);
                                             },
                                             {.stop = [&] { return again; }});
  CHECK(trial.interrupted);
  CHECK(trial.cases[0].judgement.paired.verdict.outcome == Outcome::slower);
  CHECK(has(trial.cases[0].judgement.paired.verdict.reason, "not measured again: interrupted"));
}

TEST_CASE("what a measurer throws passes on, and a trial that is none is refused") {
  CHECK_THROWS_AS(
      run_paired_trial(suite(1), {},
                       [](const LaunchOrder&) -> LaunchOutcome { throw Error(ErrorCode::io, "disk full"); }),
      Error);
  auto cases = suite(1);
  cases[0].pairs.push_back({1, 1});
  CHECK_THROWS_AS(run_paired_trial(cases, {}, [](const LaunchOrder&) { return LaunchOutcome{}; }), Error);
  CHECK(run_paired_trial({}, {}, [](const LaunchOrder&) { return LaunchOutcome{}; }).cases.empty());
}

TEST_CASE("a stall of one request in a hundred ends as an alarm of the tail, seen twice") {
  SimulatedHost host(quiet(), {.per_launch = 500, .stall_share = 0.01}, {0.0}, 3);
  auto cases = suite(1);
  cases[0].tail.emplace();
  const PairedTrial trial = run_paired_trial(cases, {}, std::ref(host));
  REQUIRE(trial.cases[0].judgement.tail);
  CHECK(trial.cases[0].judgement.tail->verdict.outcome == Outcome::slower);
  CHECK(has(trial.cases[0].judgement.tail->verdict.reason, "seen again"));
  CHECK(trial.cases[0].judgement.paired.verdict.outcome == Outcome::same);
}

TEST_CASE("launches whose calls are timed in batches have no tail, and are not measured on for it") {
  SimulatedHost host = host_of({0.0});
  auto cases = suite(1);
  cases[0].tail.emplace();
  const PairedTrial trial = run_paired_trial(cases, {}, std::ref(host));
  CHECK(trial.cases[0].launches == 24);
  CHECK(trial.cases[0].judgement.tail->verdict.outcome == Outcome::undecided);
  CHECK(has(trial.cases[0].judgement.tail->verdict.reason, "batches"));
}
