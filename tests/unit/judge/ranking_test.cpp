// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/ranking.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <iostream>

#include "harness/stats/distribution.h"
#include "harness/stats/random.h"

using namespace assay;

namespace {

using Launches = std::vector<double>;

Launches steady(double ns) { return Launches(6, ns); }

/// Hosts called a, b, ...; one group a task, all of weight 1.
RankingInput input(std::size_t hosts, std::vector<std::vector<Launches>> tasks) {
  RankingInput one;
  for (std::size_t h = 0; h < hosts; ++h) one.hosts.push_back(std::string(1, static_cast<char>('a' + h)));
  for (auto& task : tasks) {
    const std::string name = "t" + std::to_string(one.groups.size());
    one.tasks.push_back({name, one.groups.size(), std::move(task)});
    one.groups.push_back({name, 1});
  }
  return one;
}

const HostScore& score(const Ranking& ranking, std::size_t host) {
  for (const HostScore& one : ranking.order) {
    if (one.host == host) return one;
  }
  throw std::runtime_error("no such host");
}

}  // namespace

TEST_CASE("the summary is the weighted geometric mean of ratios, whatever the reference") {
  RankingInput one =
      input(3, {{steady(100), steady(50), steady(10)}, {steady(100), steady(400), steady(90)}});
  one.groups[0].weight = 3;
  const Ranking ranking = rank(one);
  // b: twice as fast, weight 3; a quarter as fast, weight 1.
  CHECK(score(ranking, 1).ratio == Approx(std::exp((3 * std::log(2.0) + std::log(0.25)) / 4)));
  CHECK(score(ranking, 1).least == Approx(0.25));
  CHECK(score(ranking, 1).least_task == "t1");
  CHECK(score(ranking, 1).most == Approx(2));
  CHECK(score(ranking, 0).ratio == 1);
  CHECK(ranking.order[0].host == 2);
  one.reference = 1;
  CHECK(score(rank(one), 2).ratio == Approx(score(ranking, 2).ratio / score(ranking, 1).ratio));
  CHECK(score(rank(one), 0).ratio == Approx(1 / score(ranking, 1).ratio));
}

TEST_CASE("the summary is made of the ratios that stand beside it, however launches scatter") {
  RankingInput one =
      input(2, {{{100, 180, 190}, {100, 110, 200}}, {{7, 8, 30}, {6, 8, 9}}, {{5, 5, 5}, {4, 6, 9}}});
  one.groups[1].weight = 2;
  for (const Summary summary : {Summary::geometric_mean, Summary::total_time}) {
    one.summary = summary;
    const HostScore b = score(rank(one), 1);
    CHECK(b.least <= b.ratio);
    CHECK(b.ratio <= b.most);
    double product = 0, seen = 0;
    for (std::size_t t = 0; t < 3; ++t) product += one.groups[t].weight * std::log(b.ratios[t].ratio);
    if (summary == Summary::geometric_mean)
      seen = std::exp(product / 4);
    else
      seen = (180 + 2 * 8 + 5) / (110.0 + 2 * 8 + 6);
    CHECK(b.ratio == Approx(seen));
    for (const TaskRatio& ratio : b.ratios) {
      REQUIRE(ratio.interval);
      CHECK(ratio.interval->low <= ratio.ratio);
      CHECK(ratio.ratio <= ratio.interval->high);
    }
  }
}

TEST_CASE("that a group counts for nothing flips no order where it is the only one") {
  RankingInput one = input(2, {{steady(100), steady(150)}});
  one.summary = Summary::total_time;
  CHECK(rank(one).flips.empty());
}

TEST_CASE("tasks of a group share its weight, so that more of them do not count for more") {
  RankingInput one = input(2, {{steady(100), steady(50)}, {steady(100), steady(200)}});
  const double before = score(rank(one), 1).ratio;
  one.tasks.push_back({"again", 0, {steady(100), steady(50)}});
  CHECK(score(rank(one), 1).ratio == Approx(before));
}

TEST_CASE("total time sums calls, and says where the geometric mean has another winner") {
  RankingInput one = input(2, {{steady(1000), steady(900)}, {steady(1), steady(10)}});
  one.summary = Summary::total_time;
  one.groups[0].weight = 2;
  const Ranking ranking = rank(one);
  CHECK(ranking.order[0].host == 1);
  CHECK(score(ranking, 1).total_ns == Approx(1810));
  CHECK(score(ranking, 1).ratio == Approx(2001.0 / 1810));
  REQUIRE(ranking.other_winner);
  CHECK(*ranking.other_winner == "a");
  // b leads by 2 * 100 - 9: it is overtaken where the second task is called 1 + 191 / 9 times (or the first
  // 0.09 times: with two groups both changes are of one size).
  REQUIRE(ranking.flips.size() == 1);
  CHECK(ranking.flips[0].then == Approx(ranking.flips[0].group == "t1" ? 1 + 191.0 / 9 : 0.09));
}

TEST_CASE("places over launches are those of the bootstrap's own distribution") {
  // The median of 3 draws of 3 launches is the least with 7/27, the middle with 13/27, the largest with 7/27;
  // widened by sqrt(3/2) the largest is 3.28, so a is the faster one in 20 of 27.
  RankingInput one = input(2, {{{1, 2, 3}, Launches(6, 2.5)}});
  one.resamples = 20'000;
  const Ranking ranking = rank(one);
  CHECK(score(ranking, 0).by_launches[0] == Approx(20.0 / 27).margin(0.012));
  // Of four launches the median is between two: least and largest of 4 draws are equal once in 64, ...
  RankingInput even = input(2, {{{1, 1, 4, 4}, Launches(6, 3.0)}});
  even.resamples = 20'000;
  // a is faster where its median is 1 or, half and half, 2: P[at least 2 of 4 draws are 1] = 11/16.
  CHECK(score(rank(even), 0).by_launches[0] == Approx(11.0 / 16).margin(0.012));
}

TEST_CASE("places over weights follow the log-normal law that was asked for") {
  // b leads where w1 * log 2 > w0 * log 1.5: Phi of the logarithm's distance over sigma * sqrt 2.
  RankingInput one = input(2, {{steady(100), steady(150)}, {steady(100), steady(50)}});
  one.resamples = 20'000;
  one.within = 2;
  const double z = std::log(std::log(2.0) / std::log(1.5)) / (std::log(2.0) * std::sqrt(2.0));
  const Ranking ranking = rank(one);
  CHECK(score(ranking, 1).by_weights[0] == Approx(stats::normal_cdf(z)).margin(0.012));
  CHECK(score(ranking, 1).by_launches[0] == 1);
  CHECK(score(ranking, 1).by_both[0] == Approx(score(ranking, 1).by_weights[0]).margin(0.012));
  one.within = 1;
  CHECK(score(rank(one), 1).by_weights[0] == 1);
}

TEST_CASE("the smallest change of a weight that flips the order does flip it, and less does not") {
  RankingInput one =
      input(2, {{steady(100), steady(150)}, {steady(100), steady(50)}, {steady(100), steady(100)}});
  const Ranking ranking = rank(one);
  CHECK(ranking.order[0].host == 1);
  REQUIRE(ranking.flips.size() == 1);
  const RankFlip& flip = ranking.flips[0];
  CHECK(flip.now == Approx(1.0 / 3));
  const std::size_t group = flip.group == "t0" ? 0 : 1;
  for (const double beyond : {0.99, 1.01}) {
    RankingInput moved = one;
    const double share = flip.now + beyond * (flip.then - flip.now);
    moved.groups[group].weight = 2 * share / (1 - share);  // of the two others, which weigh 1 each
    CHECK(rank(moved).order[0].host == (beyond > 1 ? 0u : 1u));
  }
  // A host that is slower everywhere is overtaken by no weight of one group.
  CHECK(rank(input(2, {{steady(100), steady(150)}, {steady(100), steady(120)}})).flips.empty());
}

TEST_CASE("equal input gives equal figures") {
  stats::Random random(7);
  std::vector<std::vector<Launches>> tasks(3, std::vector<Launches>(3, Launches(5)));
  for (auto& task : tasks) {
    for (auto& host : task) {
      for (double& ns : host) ns = 1000 * std::exp(0.1 * random.normal());
    }
  }
  const Ranking a = rank(input(3, tasks)), b = rank(input(3, tasks));
  for (std::size_t place = 0; place < 3; ++place) {
    CHECK(a.order[place].host == b.order[place].host);
    CHECK(a.order[place].by_both == b.order[place].by_both);
    CHECK(a.order[place].interval->low == b.order[place].interval->low);
  }
}

TEST_CASE("too few launches give no interval, and hosts that cannot be told apart are called so") {
  const Ranking two = rank(input(2, {{{100, 101}, {100, 102}}}));
  CHECK_FALSE(score(two, 1).interval);
  CHECK(two.pairs[0][1] == Order::unknown);
  const Ranking far = rank(input(2, {{{100, 101, 102, 100, 99, 100}, {50, 51, 52, 50, 49, 50}}}));
  CHECK(far.pairs[1][0] == Order::better);
  CHECK(far.pairs[0][1] == Order::worse);
  CHECK_THROWS(rank(input(2, {})));
  CHECK_THROWS(rank(input(2, {{{100}, {}}})));
}

TEST_CASE("the interval of a geometric mean holds the true ratio as often as it says", "[simulation]") {
  stats::Random random(11);
  const int trials = 400;
  for (const std::size_t launches : {6u, 12u}) {
    int held = 0;
    for (int trial = 0; trial < trials; ++trial) {
      std::vector<std::vector<Launches>> tasks(4, {Launches(launches), Launches(launches)});
      for (std::size_t t = 0; t < tasks.size(); ++t) {
        for (std::size_t h = 0; h < 2; ++h) {
          for (double& ns : tasks[t][h])
            ns = 1000 * std::exp((h == 1 ? -0.1 * static_cast<double>(t) : 0.0) + 0.05 * random.normal());
        }
      }
      RankingInput one = input(2, std::move(tasks));
      one.resamples = 500;
      const auto& interval = *score(rank(one), 1).interval;
      const double truth = std::exp(0.15);
      held += interval.low <= truth && truth <= interval.high ? 1 : 0;
    }
    INFO(launches << " launches: " << held << " of " << trials);
    CHECK(held >= trials * 93 / 100);
  }
}

TEST_CASE("the front names who dominates whom, and who cannot be told apart") {
  const auto order = [](const std::vector<std::vector<int>>& faster) {
    std::vector<std::vector<Order>> all;
    for (const auto& line : faster) {
      auto& own = all.emplace_back();
      for (const int sign : line)
        own.push_back(sign > 0 ? Order::better : sign < 0 ? Order::worse : Order::unknown);
    }
    return all;
  };
  // b is surely faster than a; c is not told apart from b.
  const auto faster = order({{0, -1, -1}, {1, 0, 0}, {1, 0, 0}});
  const auto exact = [](double cost) { return std::optional(Cost{cost, cost}); };
  auto places = pareto(faster, {exact(1), exact(2), exact(3)});
  CHECK(places[0].front == Front::front);
  CHECK(places[1].front == Front::front);
  CHECK(places[2].front == Front::cannot_tell);  // dearer than b, and perhaps no faster
  CHECK(places[2].by == std::vector<std::size_t>{1});
  places = pareto(faster, {exact(2), exact(2), std::nullopt});
  CHECK(places[0].front == Front::dominated);
  CHECK(places[0].by == std::vector<std::size_t>{1});
  CHECK(places[1].front == Front::front);
  CHECK(places[2].front == Front::unknown);
  places = pareto(faster, {Cost{1, 3}, Cost{2, 4}, exact(9)});
  CHECK(places[0].front == Front::cannot_tell);  // b is faster, and may cost no more
  CHECK(places[1].front == Front::front);
}

TEST_CASE("twenty hosts with two hundred tasks are ranked in well under a second") {
  stats::Random random(3);
  std::vector<std::vector<Launches>> tasks(200, std::vector<Launches>(20, Launches(6)));
  for (auto& task : tasks) {
    for (auto& host : task) {
      for (double& ns : host) ns = 1000 * std::exp(0.1 * random.normal());
    }
  }
  const auto began = std::chrono::steady_clock::now();
  const Ranking ranking = rank(input(20, tasks));
  const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  CHECK(ranking.order.size() == 20);
  WARN("20 hosts, 200 tasks: " << took << " s");
  CHECK(took < 10);  // so busy may a test's machine be
}
