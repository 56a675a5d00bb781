// SPDX-License-Identifier: Apache-2.0
// What a report of hardware says, from stored launches on, beside figures worked out here in other ways:
// closed forms, and enumerating every resample.
#include "harness/answers/hardware.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "tests/unit/store/fixtures.h"

using namespace assay;
using Catch::Matchers::Contains;
using Times = std::vector<double>;  // of a host's launches in one task, ns

namespace {

/// Hosts whose tasks, llm.gemv?rows=1, 2, ..., have launches of those times; an empty task was not measured.
struct Hosts {
  test::Folder folder;
  Store store = Store::open(folder.file("a.db"), Store::Mode::create);
  unsigned number = 0;
  std::vector<std::string> runs;
  Hardware hardware{true, false};

  void add(const std::string& name, const std::vector<Times>& tasks, double joules = 0, int samples = 1) {
    Run run = test::make_run(++number, 0);
    run.labels = {{"host", name}};
    for (std::size_t t = 0; t < tasks.size(); ++t) {
      PlannedCase planned;
      planned.ordinal = static_cast<std::int64_t>(t);
      planned.value = parse_case("llm.gemv/simd?rows=" + std::to_string(t + 1) + "@cpu");
      planned.params = planned.value.params;
      planned.worker = "native";
      run.plan.push_back(planned);
    }
    store.begin_run(run);
    runs.push_back(run.id);
    for (std::size_t t = 0; t < tasks.size(); ++t) {
      for (std::size_t i = 0; i < tasks[t].size(); ++i) {
        Launch launch =
            test::make_launch(++number * 1000, static_cast<std::int64_t>(t), static_cast<int>(i), 0);
        const auto ns = static_cast<std::int64_t>(tasks[t][i]);
        for (int s = 0; s < samples; ++s) {
          launch.samples.start_ns.push_back(s * 2 * ns);
          launch.samples.end_ns.push_back(s * 2 * ns + ns);
        }
        launch.readings.clear();
        if (joules > 0)
          launch.readings.push_back({"powercap.package", joules * (1 + 0.01 * static_cast<double>(i)), "J"});
        store.add_launch(run.id, launch);
      }
    }
    store.finish_run(run.id, "complete", run.started_utc_ms + 1000, {});
  }
  HardwareAnswer answer(const HardwareQuestion& question = {}) {
    hardware = Hardware(true, false);
    for (const std::string& run : runs) hardware.add_run(store, run);
    return hardware.answer(question);
  }
};

HardwareQuestion asks(const std::string& require) {
  HardwareQuestion question;
  question.requirements =
      parse_requirements("[[require]]\nname = 'r'\ntask = 'llm.gemv?rows=1'\n" + require + "\n", "r.toml");
  return question;
}

Fitness fitness(Hosts& hosts, const std::string& require) {
  return hosts.answer(asks(require)).requirements.at(0).hosts.at(0).tasks.at(0);
}

const HostScore& score(const HardwareAnswer& answer, const std::string& host) {
  for (const HostScore& one : answer.ranking.value().order) {
    if (answer.machines[answer.ranked[one.host]].name == host) return one;
  }
  throw std::runtime_error("no such host");
}

double phi(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

/// The law of a resampled median of six launches, as logarithms, deviations widened by sqrt(6 / 5): all 6^6.
std::vector<std::pair<double, double>> law_of_median(const Times& ns) {
  REQUIRE(ns.size() == 6);
  std::array<double, 6> logs{};
  for (std::size_t i = 0; i < 6; ++i) logs[i] = std::log(ns[i]);
  std::sort(logs.begin(), logs.end());
  const double middle = (logs[2] + logs[3]) / 2;
  std::vector<std::pair<double, double>> law;
  for (int code = 0; code < 46656; ++code) {
    std::array<double, 6> drawn{};
    int rest = code;
    for (double& one : drawn) one = logs[static_cast<std::size_t>(rest % 6)], rest /= 6;
    std::sort(drawn.begin(), drawn.end());
    law.emplace_back(middle + std::sqrt(6.0 / 5) * ((drawn[2] + drawn[3]) / 2 - middle), 1.0 / 46656);
  }
  std::sort(law.begin(), law.end());
  std::vector<std::pair<double, double>> merged;
  for (const auto& [value, chance] : law) {
    if (!merged.empty() && value - merged.back().first < 1e-12) {
      merged.back().second += chance;
    } else {
      merged.emplace_back(value, chance);
    }
  }
  return merged;
}

/// The law of how many times as fast b is as a, as a logarithm: ascending.
std::vector<std::pair<double, double>> law_of_ratio(const Times& a, const Times& b) {
  std::vector<std::pair<double, double>> law;
  for (const auto& [x, p] : law_of_median(a)) {
    for (const auto& [y, q] : law_of_median(b)) law.emplace_back(x - y, p * q);
  }
  std::sort(law.begin(), law.end());
  return law;
}

double quantile(const std::vector<std::pair<double, double>>& law, double q) {
  double sum = 0;
  for (const auto& [value, chance] : law) {
    sum += chance;
    if (sum >= q) return value;
  }
  return law.back().first;
}

const Times noisy_a{1000000, 1030000, 1080000, 1010000, 950000, 1120000};
const Times noisy_b{980000, 1060000, 900000, 1000000, 1040000, 940000};

}  // namespace

TEST_CASE(
    "the summary is the geometric mean of ratios of medians, groups weighed, tasks sharing their group") {
  Hosts hosts;
  hosts.add("a", {Times(6, 8000), Times(6, 6000), Times(6, 5000)});
  hosts.add("b", {Times(6, 2000), Times(6, 3000), Times(6, 10000)});
  HardwareAnswer answer = hosts.answer();
  CHECK(score(answer, "b").ratio == Approx(std::cbrt(4.0 * 2 * 0.5)));
  CHECK(score(answer, "b").least == Approx(0.5));
  CHECK(score(answer, "b").most == Approx(4));
  CHECK(score(answer, "b").ratios.size() == 3);
  HardwareQuestion question;
  question.weights = parse_weights(
      "[[weight]]\nname = 'small'\nselect = ['llm.gemv?rows=1', 'llm.gemv?rows=2']\nweight = 3\n"
      "[[weight]]\nname = 'large'\nselect = 'llm.gemv?rows=3'\nweight = 1\n",
      "w.toml");
  answer = hosts.answer(question);
  CHECK(score(answer, "b").ratio == Approx(std::exp((3 * std::log(std::sqrt(4.0 * 2)) + std::log(0.5)) / 4)));
  question.reference = "b";
  const double other = score(hosts.answer(question), "a").ratio;
  CHECK(other == Approx(1 / score(answer, "b").ratio));
  question.weights = parse_weights(
      "summary = 'total time'\n[[weight]]\nname = 'all'\nselect = 'llm.gemv'\ncalls = 1\n", "w.toml");
  question.reference = "a";
  answer = hosts.answer(question);
  CHECK(score(answer, "b").ratio == Approx((8.0 + 6 + 5) / (2 + 3 + 10)));
  CHECK(score(answer, "a").total_ns == Approx(19000));
}

TEST_CASE(
    "a task's ratio is that of medians over launches, with the interval of the summary that it alone makes") {
  Hosts hosts;
  hosts.add("a", {noisy_a});
  hosts.add("b", {noisy_b});
  const HardwareAnswer answer = hosts.answer();
  const HostScore& b = score(answer, "b");
  const TaskRatio& ratio = b.ratios.at(0);
  CHECK(ratio.ratio == Approx(std::sqrt(1010000.0 * 1030000) / std::sqrt(980000.0 * 1000000)));
  CHECK(ratio.ratio == Approx(b.ratio));
  REQUIRE(ratio.interval);
  REQUIRE(b.interval);  // counted over every resample in the next test
  CHECK(ratio.interval->low == Approx(b.interval->low));
  CHECK(ratio.interval->high == Approx(b.interval->high));
}

TEST_CASE("without one of its steps there is no total, and a mean names the group that it lacks") {
  Hosts hosts;
  hosts.add("a", {Times(6, 8000), Times(6, 6000)});
  hosts.add("b", {Times(6, 2000), Times(6, 3000)});
  HardwareQuestion question;
  question.weights = parse_weights(
      "summary = 'total time'\n[[weight]]\nname = 'one'\nselect = 'llm.gemv?rows=1'\ncalls = 1\n"
      "[[weight]]\nname = 'the other'\nselect = 'vision.resize'\ncalls = 1\n",
      "w.toml");
  const HardwareAnswer answer = hosts.answer(question);
  CHECK_FALSE(answer.ranking);
  CHECK_THAT(answer.no_ranking,
             Catch::Contains("'the other'") && Catch::Contains("assay run 'vision.resize'"));
  question.weights.summary = Summary::geometric_mean;
  const HardwareAnswer mean = hosts.answer(question);
  REQUIRE(mean.ranking);
  REQUIRE_FALSE(mean.left_out.empty());
  CHECK(mean.left_out.back().task == "the other");
}

TEST_CASE("chances of places and the summary's interval are those of every resample") {
  Hosts hosts;
  hosts.add("a", {noisy_a});
  hosts.add("b", {noisy_b});
  const HardwareAnswer answer = hosts.answer();
  const auto law = law_of_ratio(noisy_a, noisy_b);
  double faster = 0;
  for (const auto& [value, chance] : law) faster += value > 0 ? chance : 0;
  REQUIRE(faster > 0.6);
  REQUIRE(faster < 0.99);
  const HostScore& b = score(answer, "b");
  CHECK(b.by_launches.at(0) == Approx(faster).margin(0.04));  // 2,000 draws: 3.6 standard errors
  CHECK(b.by_launches.at(0) + b.by_launches.at(1) == Approx(1));
  CHECK(b.by_weights.at(0) == 1);
  // Student's t of 5 degrees at 0.975 is 2.5706: the percentiles are 0.51 % and 99.49 %; that of 2,000 draws
  // lies between those of 0.2 and 1.2 %.
  const double share = phi(-2.5706);
  CHECK(share == Approx(0.00508).margin(1e-4));
  REQUIRE(b.interval);
  CHECK(std::log(b.interval->low) >= quantile(law, 0.002) - 1e-9);
  CHECK(std::log(b.interval->low) <= quantile(law, 0.012) + 1e-9);
  CHECK(std::log(b.interval->high) >= quantile(law, 0.988) - 1e-9);
  CHECK(std::log(b.interval->high) <= quantile(law, 0.998) + 1e-9);
}

TEST_CASE("chances over weights follow their log-normal law, and the flip is where the lead is nothing") {
  Hosts hosts;
  hosts.add("a", {Times(6, 1000), Times(6, 1000)});
  hosts.add("b", {Times(6, 500), Times(6, 1500)});
  HardwareQuestion question;
  question.weights = parse_weights(
      "within = 2\n[[weight]]\nname = 'x'\nselect = 'llm.gemv?rows=1'\nweight = 1\n"
      "[[weight]]\nname = 'y'\nselect = 'llm.gemv?rows=2'\nweight = 1\n",
      "w.toml");
  const HardwareAnswer answer = hosts.answer(question);
  // b leads while w_x ln 2 > w_y ln 1.5.
  const double lead = std::log(2.0), loss = std::log(1.5);
  CHECK(score(answer, "b").by_weights.at(0) ==
        Approx(phi(std::log(lead / loss) / (std::log(2.0) * std::sqrt(2.0)))).margin(0.04));
  const RankFlip& flip = answer.ranking->flips.at(0);
  const double now = 0.5;
  const double then = flip.group == "x" ? loss / lead / (1 + loss / lead) : lead / loss / (1 + lead / loss);
  CHECK(flip.now == Approx(now));
  CHECK(flip.then == Approx(then));
}

TEST_CASE("the front is what its definition says, of prices and of measured energy") {
  Hosts hosts;
  hosts.add("slow", {Times(6, 4000)}, 1);
  hosts.add("middle", {Times(6, 2000)}, 4);
  hosts.add("fast", {Times(6, 1000)}, 2);
  hosts.add("noisy", {{900, 1100, 950, 1050, 1000, 1010}}, 2);
  HardwareQuestion question;
  std::string prices;
  const std::map<std::string, double> euros{{"slow", 1}, {"middle", 3}, {"fast", 3}, {"noisy", 3}};
  for (const auto& [host, amount] : euros)
    prices += "[[price]]\nhost = '" + host + "'\namount = " + std::to_string(amount) +
              "\ncurrency = 'EUR'\nper = 'hour'\ndate = 2026-11-01\nsource = 'offer'\n";
  question.prices = parse_prices(prices, "p.toml");
  question.today = {2026, 11, 27};
  const HardwareAnswer answer = hosts.answer(question);
  const auto place = [&](const std::vector<ParetoPlace>& front, const std::string& host) {
    for (std::size_t h = 0; h < answer.ranked.size(); ++h) {
      if (answer.machines[answer.ranked[h]].name == host) return front.at(h).front;
    }
    throw std::runtime_error("no such host");
  };
  CHECK(place(answer.price_front, "slow") == Front::front);  // none is as cheap
  CHECK(place(answer.price_front, "middle") == Front::dominated);
  CHECK(place(answer.price_front, "fast") == Front::cannot_tell);  // as noisy as dear, and as fast or not
  CHECK(place(answer.price_front, "noisy") == Front::cannot_tell);
  CHECK(answer.currency == "EUR");
  CHECK(answer.price_costs.at(0)->low == euros.at(answer.machines[answer.ranked[0]].name));
  CHECK(place(answer.energy_front, "slow") == Front::front);
  CHECK(place(answer.energy_front, "middle") == Front::dominated);
  // Joules of a unit: the launches' median over 1,024 rows a call.
  const Efficiency& slow = answer.efficiency.at(0);
  CHECK(answer.machines[slow.host].name == "slow");
  CHECK(slow.joules.value() == Approx(1.025 / 1024));
  CHECK_THAT(slow.scope, Contains("RAPL"));
  // 1,024 rows take 4 us: a million take 3.90625 ms of an hour that costs 1 EUR.
  CHECK(slow.cost.value() == Approx(1e6 / 1024 * 4e-6 / 3600));
}

TEST_CASE("pass and fail need the whole interval, which is that of order statistics") {
  Hosts hosts;
  hosts.add("a",
            {{100000, 101000, 102000, 103000, 104000, 105000}});  // six launches: from least to most, 96.9 %
  const std::string p50 = "metric = 'latency'\npercentile = 50\nat_most = ";
  CHECK(fitness(hosts, p50 + "'105us'").fit == Fit::pass);
  CHECK(fitness(hosts, p50 + "'99.9us'").fit == Fit::fail);
  const Fitness open = fitness(hosts, p50 + "'104.9us'");
  CHECK(open.fit == Fit::undecided);
  CHECK(open.value == 102500);
  CHECK(open.low == 100000);
  CHECK(open.high == 105000);
  // Half the interval shrinks as the root of launches, in logarithms: n (ln(105/102.5) / ln(104.9/102.5))^2 -
  // n.
  const double all = 6 * std::pow(std::log(105.0 / 102.5) / std::log(104.9 / 102.5), 2);
  CHECK(open.more_launches == static_cast<std::int64_t>(std::ceil(all)) - 6);
  const Fitness near = fitness(hosts, p50 + "'103us'");
  CHECK(near.more_launches == static_cast<std::int64_t>(std::ceil(
                                  6 * std::pow(std::log(105.0 / 102.5) / std::log(103 / 102.5), 2))) -
                                  6);
  CHECK_THAT(near.reason, Contains("more launches decide it"));
  const std::string rate = "metric = 'throughput'\nat_least = ";
  CHECK(fitness(hosts, rate + "'9700000 rows/s'").fit == Fit::pass);  // 1024 rows / 105 us = 9.75e6
  CHECK(fitness(hosts, rate + "'10300000 rows/s'").fit == Fit::fail);
}

TEST_CASE("four launches are undecided, and a tail that lacks samples says how many more") {
  Hosts hosts;
  hosts.add("a", {Times(4, 1000)}, 0, 50);
  const Fitness few = fitness(hosts, "metric = 'latency'\npercentile = 50\nat_most = '1s'");
  CHECK(few.fit == Fit::undecided);
  CHECK(few.more_launches == 1);
  const Fitness tail = fitness(hosts, "metric = 'latency'\npercentile = 99\nat_most = '1s'");
  CHECK(tail.fit == Fit::not_measured);
  // 1 - 0.99^n >= 0.95 from 299 on.
  const auto needed = static_cast<std::int64_t>(std::ceil(std::log(0.05) / std::log(0.99)));
  CHECK(needed == 299);
  CHECK(tail.more_samples == needed - 4 * 50);
}

TEST_CASE("what was not measured stays so: no energy, no memory of a GPU, no such task") {
  Hosts hosts;
  hosts.add("a", {Times(6, 1000)});
  hosts.add("b", {Times(6, 1000), Times(6, 1000)});
  CHECK(fitness(hosts, "metric = 'energy'\nat_most = '1J'").fit == Fit::not_measured);
  const Fitness gpu = fitness(hosts, "metric = 'device_memory'\nat_most = '1GiB'");
  CHECK(gpu.fit == Fit::not_measured);
  CHECK_THAT(gpu.reason, Contains("--collect nvml"));
  CHECK(fitness(hosts, "metric = 'memory'\nat_most = '1GiB'").fit == Fit::pass);
  HardwareQuestion question = asks("metric = 'latency'\npercentile = 50\nat_most = '1s'");
  question.requirements.all[0].task = parse_selector("llm.gemv?rows=2");
  const HardwareAnswer answer = hosts.answer(question);
  CHECK(answer.requirements[0].hosts[0].fit == Fit::not_measured);
  CHECK(answer.requirements[0].hosts[1].fit == Fit::pass);
  CHECK(answer.fit(0) == Fit::not_measured);
  CHECK(answer.left_out.at(0).task == "llm.gemv?rows=2");
  CHECK_THAT(answer.left_out[0].reason, Contains("a: it was not measured there"));
}
