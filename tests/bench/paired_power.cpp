// SPDX-License-Identifier: Apache-2.0
/// What the rule of pairs says on simulated hosts (paired_power [SUITES]), and what judging costs.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "harness/stats/proportion.h"
#include "tests/support/noise.h"

namespace {

using namespace assay;
using namespace assay::tests;

double percent(double part, double whole) { return whole > 0 ? 100 * part / whole : 0; }

void unchanged(const Noise& noise, const SuiteShape& shape, int suites) {
  const SuiteCounts c = simulate(noise, shape, suites, 1);
  fmt::print("{:32} {:7.4f} (< {:.3f})   {:6.2f} (< {:.2f})   {:7.4f}   {:5.1f} {:6.2f} {:6.1f} {:7.1f}\n",
             noise.name, percent(c.wrong, c.unchanged),
             100 * stats::upper_bound_of_rate(c.wrong, c.unchanged), percent(c.alarmed_suites, c.suites),
             100 * stats::upper_bound_of_rate(c.alarmed_suites, c.suites),
             percent(c.wrong_first, c.unchanged), percent(c.same, c.unchanged),
             percent(c.undecided - c.blamed, c.unchanged), percent(c.blamed, c.unchanged), c.launches);
  std::fflush(stdout);
}

void power(const Noise& noise, double slowdown, const SuiteShape& base, int suites) {
  SuiteShape shape = base;
  shape.changed = 10;
  shape.slowdown = slowdown;
  const SuiteCounts c = simulate(noise, shape, suites, 1'000'000);
  fmt::print(
      "{:32} +{:.0f} %  smallest effect {:.2f} %: {:6.2f} % slower, {:6.2f} % before alarms were seen again, "
      "{:.1f} launches a side\n",
      noise.name, 100 * slowdown, 100 * shape.smallest_effect, percent(c.found, c.changed),
      percent(c.found_first, c.changed), c.launches_of_changed);
  std::fflush(stdout);
}

void tails(int suites) {
  fmt::print("requests: the new side stalls 1 % of them, in one of 100 cases\n");
  for (const int per_launch : {50, 200, 500, 2000}) {
    for (const double correlated : {0.0, 0.003, 0.01}) {
      SuiteShape shape;
      shape.cases = 100;
      shape.changed = 1;
      shape.requests = {.per_launch = per_launch, .stall_share = 0.01, .correlated_share = correlated};
      shape.requests_change = true;
      const int few = std::max(10, suites * 100 / per_launch);
      const SuiteCounts c = simulate(rough_noise(), shape, few, 2'000'000);
      fmt::print(
          "{:5} requests a launch, {:.1f} % stall on both sides launch by launch: {:5.1f} % found in {} "
          "suites;"
          " wrong {:.4f} % of cases\n",
          per_launch, 100 * correlated, percent(c.tail_found, c.changed), few,
          percent(c.tail_wrong, c.unchanged));
      std::fflush(stdout);
    }
  }
}

/// 100 unchanged cases in 10 minutes.
void budgets() {
  fmt::print(
      "unchanged cases that stay undecided in 10 minutes, by what a launch takes and the smallest effect\n");
  fmt::print("{:32} {:>8} {:>9} {:>9} {:>9} {:>9}\n", "", "effect", "50 ms", "90 ms", "150 ms", "240 ms");
  for (const Noise& noise : {visible_noise().front(), rough_noise()}) {
    for (const double effect : {0.0075, 0.01, 0.02, 0.05}) {
      fmt::print("{:32} {:6.2f} %", noise.name, 100 * effect);
      for (const double launch_s : {0.05, 0.09, 0.15, 0.24}) {
        SuiteShape shape;
        shape.smallest_effect = effect;
        shape.budget_s = 600 / launch_s;  // simulated launches take 1 s
        const SuiteCounts c = simulate(noise, shape, 10, 3);
        fmt::print(" {:7.2f} %", percent(c.undecided, c.unchanged));
      }
      fmt::print("\n");
    }
  }
}

std::vector<PairedCase> measured(std::size_t cases, bool with_tail) {
  SimulatedHost host(rough_noise(), {}, std::vector<double>(cases, 0.0), 7);
  std::vector<PairedCase> suite(cases);
  Random random(3);
  for (std::size_t i = 0; i < cases; ++i) {
    for (int pair = 0; pair < 60; ++pair) {
      suite[i].pairs.push_back({*host({i, trials::Side::base, pair, 0}).value,
                                *host({i, trials::Side::candidate, pair, 0}).value});
    }
    if (!with_tail) continue;
    TailCounts tail{.threshold_ns = 1e6, .reference_pairs = 6};
    const auto above = [&] { return static_cast<std::int64_t>(4 * random.uniform()); };
    for (int pair = 0; pair < 54; ++pair) tail.pairs.push_back({above(), 200, above(), 200});
    suite[i].tail = tail;
  }
  return suite;
}

void costs() {
  const auto time = [](const char* what, const std::vector<PairedCase>& suite) {
    const auto start = std::chrono::steady_clock::now();
    const auto judged = judge_suite(suite, {});
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    fmt::print("{}: {} cases in {:.3f} s\n", what, judged.size(), seconds);
  };
  time("judging 60 pairs a case", measured(1000, false));
  time("judging 60 pairs a case and its tail", measured(1000, true));
  auto many = measured(10'000, false);
  time("judging 60 pairs a case", many);
  for (PairedCase& one : many) {
    for (LaunchPair& pair : one.pairs) {
      pair.base_cycles = 3 * pair.base;
      pair.candidate_cycles = 3 * pair.candidate;
    }
  }
  time("judging 60 pairs a case and its cycles", many);
}

}  // namespace

int main(int argc, char** argv) {
  const int suites = argc > 1 ? std::atoi(argv[1]) : 200;
  const double usual = SuiteShape{}.smallest_effect;
  for (const double effect : {usual, 0.005, 0.01}) {
    std::vector<Noise> kinds{{.name = "quiet"}, rough_noise()};
    if (effect == usual) {
      kinds = visible_noise();
      kinds.push_back(bursts_in_every_block(1));
      kinds.push_back(bursts_in_every_block(2));
      kinds.push_back(unseen_hog());
    }
    SuiteShape shape;
    shape.smallest_effect = effect;
    fmt::print("unchanged cases, suites of 100, {} suites, smallest effect {:.2f} %\n", suites, 100 * effect);
    fmt::print("{:32} {:>17} {:>19} {:>11} {:>7} {:>6} {:>6} {:>7}\n", "%", "wrong verdicts", "suites",
               "first", "same", "undec", "blamed", "launches");
    for (const Noise& noise : kinds) unchanged(noise, shape, suites);
    for (const double slowdown : {0.01, 0.02, 0.05}) {
      for (const Noise& noise : kinds) {
        if (noise.hog == 0 && noise.clock_cap == 0 && noise.layout_shift == 0)
          power(noise, slowdown, shape, suites);
      }
    }
  }
  tails(suites);
  budgets();
  costs();
}
