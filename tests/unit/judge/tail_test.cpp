// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/tail.h"

#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "harness/judge/paired.h"

using namespace assay;

namespace {

std::vector<double> requests(std::mt19937_64& random, int count, double stalled) {
  std::vector<double> times;
  for (int i = 0; i < count; ++i) {
    const double part = static_cast<double>(random() >> 11) * 0x1p-53;
    const bool stalls = static_cast<double>(random() >> 11) * 0x1p-53 < stalled;
    times.push_back((1e6 + 1e5 * part) * (stalls ? 5 : 1));
  }
  return times;
}

TailCounts counted(int pairs, int per_launch, double stalled, double both_sides = 0) {
  std::mt19937_64 random(4);
  TailTally tally;
  for (int i = 0; i < pairs; ++i) {
    const auto base = requests(random, per_launch, both_sides);
    tally.add(base, requests(random, per_launch, both_sides + stalled));
  }
  return tally.counts();
}

PairedCase with_tail(TailCounts counts) {
  PairedCase one;
  one.key = "toy.case/own@cpu";
  for (int i = 0; i < 60; ++i) one.pairs.push_back({1e6 + (i % 7), 1e6 + (i % 5)});
  one.tail = std::move(counts);
  return one;
}

RuleJudgement judge_tail(TailCounts counts) {
  return *judge_suite(std::vector{with_tail(std::move(counts))}, {}).front().tail;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a stall of one request in a hundred is slower in the tail, though the median stays") {
  const auto judged = judge_suite(std::vector{with_tail(counted(60, 500, 0.01))}, {}).front();
  CHECK(judged.paired.verdict.outcome == Outcome::same);
  REQUIRE(judged.tail);
  CHECK(judged.tail->verdict.outcome == Outcome::slower);
  CHECK(judged.tail->verdict.rule == "tail");
  CHECK(judged.tail->verdict.metric == "time.wall.p99");
  CHECK(*judged.tail->verdict.ratio == Approx(0.5).margin(0.15));
  CHECK(has(judged.tail->verdict.reason, "of the new side's requests took longer than the base's p99"));
  CHECK(judged.is_alarm());
}

TEST_CASE("tails that did not change are the same") {
  CHECK(judge_tail(counted(60, 2000, 0)).verdict.outcome == Outcome::same);
  CHECK(judge_tail(counted(60, 2000, 0, 0.003)).verdict.outcome == Outcome::same);
}

TEST_CASE("the threshold is the p99 of the first base launches, and pairs count after them") {
  TailTally tally(3);
  for (int i = 0; i < 3; ++i) {
    std::vector<double> base;
    for (int j = 1; j <= 100; ++j) base.push_back(j);
    tally.add(base, std::vector<double>(100, 1000.0));
  }
  TailCounts counts = tally.counts();
  REQUIRE(counts.threshold_ns);
  CHECK(*counts.threshold_ns == Approx(99).margin(1));
  CHECK(counts.reference_pairs == 3);
  CHECK(counts.pairs.empty());
  tally.add(std::vector<double>{1, 2, 500}, std::vector<double>{500, 600});
  counts = tally.counts();
  REQUIRE(counts.pairs.size() == 1);
  CHECK(counts.pairs[0].base_above == 1);
  CHECK(counts.pairs[0].base_requests == 3);
  CHECK(counts.pairs[0].candidate_above == 2);
  CHECK(counts.pairs[0].candidate_requests == 2);
}

TEST_CASE("too few requests, or none, say so instead of a verdict") {
  const auto few = judge_tail(counted(60, 4, 0));
  CHECK(few.verdict.outcome == Outcome::undecided);
  CHECK(has(few.verdict.reason, "240 requests of 60 launches of the base are too few for its p99: 299"));
  TailTally batched;
  batched.add({}, {});
  const auto none = judge_tail(batched.counts());
  CHECK(none.verdict.outcome == Outcome::undecided);
  CHECK(has(none.verdict.reason, "tell no single requests"));
  CHECK(none.futile);                           // more launches would tell none either
  CHECK(judge_tail(counted(12, 4, 0)).futile);  // 75 pairs for the p99 alone
  CHECK(judge_tail(counted(12, 6, 0)).futile);  // 50, and 10 are too few to judge by
  CHECK_FALSE(judge_tail(counted(6, 30, 0)).futile);
  const auto late = judge_tail(counted(60, 5, 0));
  CHECK(late.verdict.outcome == Outcome::undecided);
  CHECK(has(late.verdict.reason, "60 pairs were needed for the base's p99"));
  CHECK(judge_tail(TailCounts{}).verdict.outcome == Outcome::undecided);
}

TEST_CASE("a tail of unchanged machine code is never slower") {
  PairedCase one = with_tail(counted(60, 500, 0.01));
  one.same_machine_code = true;
  const auto judged = judge_suite(std::vector{one}, {}).front();
  CHECK(judged.tail->verdict.outcome == Outcome::undecided);
  CHECK(judged.tail->verdict.cause == "layout");
}

TEST_CASE("looks at a tail stay as they were when larger launches follow") {
  TailCounts all{.threshold_ns = 1e6, .reference_pairs = 6};
  for (int i = 0; i < 54; ++i) {
    const bool early = i < 24;
    all.pairs.push_back(early ? TailPair{i % 3, 97, i % 5, 101}
                              : TailPair{i % 2 * 60, 1000, 60 - i % 2 * 60, 1000});
  }
  std::vector<PairedCase> whole{with_tail(all)};
  std::vector<PairedCase> grown = whole;
  grown[0].tail->pairs.clear();
  SuiteJudge judge(grown, {});
  double p_value = 1;
  for (const TailPair& pair : all.pairs) {
    grown[0].tail->pairs.push_back(pair);
    p_value = judge.judge(grown)[0].tail->p_value;
  }
  CHECK(p_value < 1);
  CHECK(p_value == judge_suite(whole, {})[0].tail->p_value);
}

TEST_CASE("a tail that moves with the clock is put on the clock") {
  PairedCase one = with_tail(counted(60, 500, 0.05));
  for (std::size_t i = 0; i < one.pairs.size(); ++i) {
    one.pairs[i].candidate *= 1.08;
    one.pairs[i].base_cycles = 3e6 + static_cast<double>(i % 7);
    one.pairs[i].candidate_cycles = 3e6 + static_cast<double>(i % 5);
  }
  auto judged = judge_suite(std::vector{one}, {}).front();
  CHECK(judged.paired.verdict.cause == "clock");
  CHECK(judged.tail->verdict.outcome == Outcome::undecided);
  CHECK(judged.tail->verdict.cause == "clock");
  CHECK(has(judged.tail->verdict.reason, "its cycles do not say so"));
  CHECK_FALSE(judged.wants_more());
  CHECK_FALSE(judged.is_alarm());
  for (LaunchPair& pair : one.pairs) pair.candidate_cycles = *pair.candidate_cycles * 1.08;
  judged = judge_suite(std::vector{one}, {}).front();
  CHECK(judged.paired.verdict.outcome == Outcome::slower);
  CHECK(judged.tail->verdict.outcome == Outcome::slower);
}

TEST_CASE("requests that stall together in whole launches are no evidence of their number", "[simulation]") {
  // Each launch of either side stalls a share of its requests that launches differ in by much: counted one by
  // one, requests would give an alarm in every third of such cases (Fisher's test at 0.5 %).
  std::mt19937_64 random(9);
  const auto launch = [&] {
    const double part = static_cast<double>(random() >> 11) * 0x1p-53;
    return requests(random, 400, part * part * part * 0.2);
  };
  int alarms = 0;
  constexpr int trials = 300;
  for (int trial = 0; trial < trials; ++trial) {
    TailTally tally;
    for (int i = 0; i < 60; ++i) {
      const auto base = launch();
      tally.add(base, launch());
    }
    const Outcome outcome = judge_tail(tally.counts()).verdict.outcome;
    alarms += outcome == Outcome::slower || outcome == Outcome::faster;
  }
  CHECK(alarms <= 6);  // 0.5 % of 300, and room for chance
}
