// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/paired.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "harness/core/error.h"
#include "harness/stats/quantile.h"

using namespace assay;

namespace {

/// Noise in (-1, 1), the same for the same number (splitmix64).
double wobble(int i) {
  std::uint64_t z = (static_cast<std::uint64_t>(i) + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-52 - 1;
}

/// `slowdown`: of the new side, 0.05 is 5 % more time; `noise` of a single launch.
PairedCase measured(int pairs, double slowdown, double noise = 0.005) {
  PairedCase one;
  one.key = "toy.case/own@cpu";
  one.against = "rev:main";
  for (int i = 0; i < pairs; ++i) {
    one.pairs.push_back(
        {1e6 * std::exp(noise * wobble(2 * i)), 1e6 * (1 + slowdown) * std::exp(noise * wobble(2 * i + 1))});
  }
  return one;
}

PairedCase with_cycles(PairedCase one, double more_cycles, double noise = 0.002) {
  for (std::size_t i = 0; i < one.pairs.size(); ++i) {
    one.pairs[i].base_cycles = 3e6 * std::exp(noise * wobble(static_cast<int>(i)));
    one.pairs[i].candidate_cycles =
        3e6 * (1 + more_cycles) * std::exp(noise * wobble(static_cast<int>(i) + 77));
  }
  return one;
}

RuleJudgement judge_one(const PairedCase& one, const SuiteRule& rule = {}) {
  return judge_suite(std::vector{one}, rule).front().paired;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a clear slowdown is slower at the first look that may say so, with ratio, interval and reason") {
  const auto judged = judge_one(measured(60, 0.05));
  CHECK(judged.verdict.outcome == Outcome::slower);
  CHECK(judged.verdict.rule == "paired");
  CHECK(judged.verdict.metric == "time.wall.p50");
  CHECK(judged.verdict.against == "rev:main");
  CHECK(judged.pairs == 18);  // a case by itself: 12 pairs cannot reject within their share of 0.5 %
  CHECK(judged.decided);
  CHECK(*judged.verdict.ratio == Approx(1 / 1.05).epsilon(0.003));
  CHECK(*judged.verdict.ci_low < *judged.verdict.ratio);
  CHECK(*judged.verdict.ratio < *judged.verdict.ci_high);
  CHECK(*judged.verdict.ci_high < 1);
  CHECK(has(judged.verdict.reason, "18 pairs, interval of 99.98"));
  CHECK(judged.verdict.cause.empty());
}

TEST_CASE("what gets faster is faster, and a rate that rises is, too") {
  CHECK(judge_one(measured(60, -0.05)).verdict.outcome == Outcome::faster);
  PairedCase rate = measured(60, 0.05);
  rate.metric = "throughput.rows";
  rate.better = Better::higher;
  const auto judged = judge_one(rate);
  CHECK(judged.verdict.outcome == Outcome::faster);
  CHECK(*judged.verdict.ratio == Approx(1.05).epsilon(0.003));
}

TEST_CASE("the sides change places and the verdict turns over, digit by digit") {
  PairedCase one = measured(60, 0.03);
  PairedCase turned = one;
  for (LaunchPair& pair : turned.pairs) std::swap(pair.base, pair.candidate);
  const auto judged = judge_one(one);
  const auto other = judge_one(turned);
  CHECK(judged.verdict.outcome == Outcome::slower);
  CHECK(other.verdict.outcome == Outcome::faster);
  CHECK(judged.p_value == other.p_value);
  CHECK(*judged.verdict.ratio * *other.verdict.ratio == Approx(1).epsilon(1e-14));
}

TEST_CASE("no change on a quiet host is the same after twelve pairs") {
  const auto judged = judge_one(measured(60, 0, 0.002));
  CHECK(judged.verdict.outcome == Outcome::same);
  CHECK(judged.pairs == 12);
  CHECK(*judged.verdict.ci_low > 1 / 1.0075);
  CHECK(*judged.verdict.ci_high < 1.0075);
}

TEST_CASE("what is shown to have changed by less than the smallest effect is never slower") {
  PairedCase small = measured(60, 0.005, 0.0005);
  CHECK(judge_one(small).verdict.outcome == Outcome::same);
  small.smallest_effect = 0.002;
  CHECK(judge_one(small).verdict.outcome == Outcome::slower);
}

TEST_CASE("a threshold below what the host can detect takes same away, and slower needs the whole interval") {
  PairedCase one = measured(60, 0, 0.002);
  one.detectable = 0.02;
  CHECK(judge_one(one).verdict.outcome == Outcome::undecided);
  CHECK_FALSE(judge_one(one).decided);
  PairedCase close = measured(60, 0.009, 0.01);
  CHECK(judge_one(close).verdict.outcome == Outcome::slower);  // the estimate is beyond 0.75 %
  close.detectable = 0.02;
  CHECK(judge_one(close).verdict.outcome == Outcome::undecided);
  CHECK(has(judge_one(close).verdict.reason, "this host cannot detect a change of 0.75 %"));
  PairedCase large = measured(60, 0.05, 0.01);
  large.detectable = 0.02;
  const auto judged = judge_one(large);
  CHECK(judged.verdict.outcome == Outcome::slower);
  CHECK(*judged.verdict.ci_high < 1 / 1.0075);
  one.detectable = 0.0075;
  CHECK(judge_one(one).verdict.outcome == Outcome::same);
}

TEST_CASE("unchanged machine code is never slower: cause layout, with its ratio") {
  PairedCase one = measured(60, 0.03);
  one.same_machine_code = true;
  const auto judged = judge_one(one);
  CHECK(judged.verdict.outcome == Outcome::undecided);
  CHECK(judged.verdict.cause == "layout");
  CHECK(judged.decided);
  CHECK(*judged.verdict.ratio == Approx(1 / 1.03).epsilon(0.003));
  PairedCase still = measured(60, 0, 0.002);
  still.same_machine_code = true;
  CHECK(judge_one(still).verdict.outcome == Outcome::same);
  CHECK(judge_one(still).verdict.reason.ends_with("both sides execute the same machine code"));
}

TEST_CASE("cycles that stay, or fall, while time grows put it on the clock") {
  const PairedCase slow = measured(60, 0.05);
  for (const double cycles : {0.0, -0.03}) {
    const auto judged = judge_one(with_cycles(slow, cycles));
    CHECK(judged.verdict.outcome == Outcome::undecided);
    CHECK(judged.verdict.cause == "clock");
    CHECK(judged.decided);
    CHECK(*judged.verdict.ratio == Approx(1 / 1.05).epsilon(0.003));
  }
  CHECK(judge_one(with_cycles(slow, 0.05)).verdict.outcome == Outcome::slower);
}

TEST_CASE("cycles that grow by less than the smallest effect do not bear out a large change of time") {
  const auto judged = judge_one(with_cycles(measured(60, 0.08), 0.005, 0.0005));
  CHECK(judged.verdict.outcome == Outcome::undecided);
  CHECK(judged.verdict.cause == "clock");
}

TEST_CASE("cycles that say nothing leave a change of time undecided, and without a cause") {
  PairedCase slow = with_cycles(measured(60, 0.05), 0.0, 0.3);
  const auto judged = judge_one(slow);
  CHECK(judged.verdict.outcome == Outcome::undecided);
  CHECK(judged.verdict.cause.empty());
  CHECK(has(judged.verdict.reason, "do not confirm"));
  CHECK_FALSE(judged.futile);
  for (std::size_t i = 0; i < slow.pairs.size(); ++i) {  // known in a third of the pairs: not asked
    if (i % 3 != 0) slow.pairs[i].base_cycles.reset();
  }
  CHECK(judge_one(slow).verdict.outcome == Outcome::slower);
}

TEST_CASE("too few pairs are undecided, and say when there is a look") {
  const auto none = judge_one(measured(0, 0.05));
  CHECK(none.verdict.outcome == Outcome::undecided);
  CHECK_FALSE(none.verdict.ratio);
  CHECK(has(none.verdict.reason, "the first look is after 6"));
  const auto five = judge_one(measured(5, 0.05));
  CHECK(five.verdict.ratio);
  CHECK_FALSE(five.verdict.ci_low);
  const auto twelve = judge_one(measured(12, 0.05));
  CHECK(twelve.verdict.outcome == Outcome::undecided);
  CHECK(has(twelve.verdict.reason, "cannot decide within the error budget"));
  CHECK_FALSE(twelve.futile);
}

TEST_CASE("pairs after the last look are not looked at") {
  PairedCase one = measured(29, 0.004, 0.02);
  const auto before = judge_one(one);
  one.pairs.push_back({1, 1000});
  CHECK(judge_one(one).pairs == 30);
  one.pairs.pop_back();
  one.pairs.resize(24);
  CHECK(judge_one(one).pairs == before.pairs);
  CHECK(*judge_one(one).verdict.ratio == *before.verdict.ratio);
}

TEST_CASE("a case that cannot be measured is incomparable with its reason, and still takes its share") {
  PairedCase broken = measured(8, 0.0);
  broken.failure = "the new side failed in 3 launches one after the other: exit status 1";
  const auto judged = judge_suite(std::vector{broken, measured(60, 0.05)}, {});
  CHECK(judged[0].paired.verdict.outcome == Outcome::incomparable);
  CHECK(judged[0].paired.verdict.rule == "status");
  CHECK(has(judged[0].paired.verdict.reason, "exit status 1"));
  CHECK_FALSE(judged[0].wants_more());
  CHECK(judged[1].paired.verdict.outcome == Outcome::slower);
  CHECK_THROWS_AS(judge_one(measured(6, -1)), Error);
}

TEST_CASE("a suite shares its budget: many cases ask more of each, and rejected ones pass their share on") {
  // 18 pairs of which one points the other way: p 4 / 2^18 or so.
  std::vector<PairedCase> suite(1000, measured(60, 0, 0.002));
  const double alone = judge_suite(std::vector{measured(60, 0.05)}, {}).front().paired.level;
  CHECK(alone == 0.005);
  auto judged = judge_suite(suite, {});
  CHECK(judged.front().paired.level == Approx(0.05 / 1000));
  for (std::size_t i = 0; i < 900; ++i) suite[i] = measured(60, 0.05);
  judged = judge_suite(suite, {});
  CHECK(judged.back().paired.level == Approx(0.05 / 100));
  CHECK(judged.front().paired.verdict.outcome == Outcome::slower);
  CHECK(judged.back().paired.verdict.outcome == Outcome::same);
  for (PairedCase& one : suite) one.same_machine_code = true;
  CHECK(suite_budget(suite, {}).hypotheses == 0);  // they can give no alarm
}

TEST_CASE("a budget that pairs could never meet is refused") {
  SuiteRule rule;
  rule.most_pairs = 6;
  try {
    judge_suite(std::vector(100, measured(6, 0)), rule);
    FAIL("6 pairs cannot reject at 0.0005");
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::usage);
    CHECK(has(error.what(), "6 pairs of launches that all agree would not be enough"));
    CHECK_FALSE(error.remedy.empty());
  }
}

TEST_CASE("judging again with more pairs gives what judging them at once gives, bit for bit") {
  std::vector<PairedCase> whole;
  for (int i = 0; i < 40; ++i) whole.push_back(with_cycles(measured(60, 0.001 * i, 0.02), 0.001 * i, 0.01));
  std::vector<PairedCase> grown = whole;
  for (PairedCase& one : grown) one.pairs.clear();
  SuiteJudge judge(grown, {});
  std::vector<CaseJudgement> last;
  for (std::size_t pairs = 1; pairs <= 60; ++pairs) {
    for (std::size_t i = 0; i < grown.size(); ++i) grown[i].pairs.push_back(whole[i].pairs[pairs - 1]);
    const auto now = judge.judge(grown);
    for (std::size_t i = 0; i < last.size(); ++i) {
      const Outcome before = last[i].paired.verdict.outcome;
      if (before == Outcome::slower || before == Outcome::same)
        CHECK(now[i].paired.verdict.outcome == before);
    }
    last = now;
  }
  const auto once = judge_suite(whole, {});
  for (std::size_t i = 0; i < once.size(); ++i) {
    CHECK(last[i].paired.verdict.outcome == once[i].paired.verdict.outcome);
    CHECK(last[i].paired.verdict.ratio == once[i].paired.verdict.ratio);
    CHECK(last[i].paired.verdict.ci_low == once[i].paired.verdict.ci_low);
    CHECK(last[i].paired.verdict.reason == once[i].paired.verdict.reason);
    CHECK(last[i].paired.p_value == once[i].paired.p_value);
  }
}

TEST_CASE("hopeless noise is futile after four batches, a change that grows clear is not") {
  const auto noisy = judge_one(measured(24, 0.001, 0.3));
  CHECK(noisy.futile);
  CHECK_FALSE(judge_suite(std::vector{measured(24, 0.001, 0.3)}, {}).front().wants_more());
  CHECK_FALSE(judge_one(measured(18, 0.001, 0.3)).futile);
  CHECK_FALSE(judge_one(measured(24, 0.012, 0.02)).futile);
}

TEST_CASE("an alarm stands where fresh launches say it again, and gives their ratio") {
  const auto first = judge_suite(std::vector{measured(60, 0.08)}, {}).front();
  const SuiteRule rule = confirmation_rule({}, 1);
  CHECK(rule.case_error == 0.05);
  std::vector<PairedCase> two(2, measured(60, 0, 0.002));
  for (PairedCase& one : two) one.tail.emplace();
  CHECK(suite_budget(two, confirmation_rule({}, 2)).level == 0.05);
  const auto again = judge_suite(std::vector{measured(60, 0.04)}, rule).front();
  const auto both = confirm(first, again);
  CHECK(both.paired.verdict.outcome == Outcome::slower);
  CHECK(both.is_alarm());
  CHECK(*both.paired.verdict.ratio == Approx(1 / 1.04).epsilon(0.003));
  CHECK(has(both.paired.verdict.reason, "seen again in fresh launches"));
}

TEST_CASE("an alarm that fresh launches do not repeat is undecided, and tells both") {
  const auto first = judge_suite(std::vector{measured(60, 0.08)}, {}).front();
  const auto again = judge_suite(std::vector{measured(60, 0, 0.002)}, confirmation_rule({}, 1)).front();
  const auto both = confirm(first, again);
  CHECK(both.paired.verdict.outcome == Outcome::undecided);
  CHECK_FALSE(both.wants_more());
  CHECK(has(both.paired.verdict.reason, "slower in the first session, and same"));
  // What was no alarm stays.
  const auto calm = judge_suite(std::vector{measured(60, 0, 0.002)}, {}).front();
  CHECK(confirm(calm, first).paired.verdict.outcome == Outcome::same);
}
