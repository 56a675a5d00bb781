// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/fitness.h"

#include <catch2/catch.hpp>

#include "harness/judge/efficiency.h"

using namespace assay;
using Catch::Matchers::Contains;

namespace {

MetricValue value(const std::string& id, double v, double low, double high, std::int64_t n = 6,
                  const std::string& unit = "ns") {
  MetricValue metric;
  metric.id = id;
  metric.value = v;
  metric.ci_low = low;
  metric.ci_high = high;
  metric.n = n;
  metric.samples = n * 100;
  metric.unit = unit;
  return metric;
}

/// A verified result whose launches took these times.
ResultRow row(const std::string& key, std::vector<double> launches, const std::string& accuracy = "exact") {
  ResultRow one;
  one.case_key = key;
  one.value = parse_case(key);
  one.params = one.value.params;
  one.verified = true;
  one.accuracy = accuracy;
  one.unit_of_work = "frames";
  one.work.units = 2;
  one.launches = static_cast<std::int64_t>(launches.size());
  one.launch_medians_ns = std::move(launches);
  return one;
}

std::vector<double> around(double ns) { return {ns * 0.99, ns, ns, ns, ns, ns * 1.01}; }

const Quantity ten_ms{10e6, "ns"};

HostFitness judged(const Requirement& requirement, const HardwareHost& host,
                   Represent rule = Represent::best_verified) {
  return judge_requirement(requirement, {host}, rule, {}, {}, {{host.name}}).at(0);
}

Requirement latency(const std::string& task, double limit_ns) {
  return {"r", parse_selector(task), "", "latency", 99, true, {limit_ns, "ns"}, {}};
}

}  // namespace

TEST_CASE("a requirement is passed or failed only by the whole interval") {
  CHECK(judge_limit(value("time.wall.p50", 8e6, 7e6, 9.9e6), true, ten_ms).fit == Fit::pass);
  CHECK(judge_limit(value("time.wall.p50", 12e6, 10.1e6, 13e6), true, ten_ms).fit == Fit::fail);
  CHECK(judge_limit(value("time.wall.p50", 12e6, 10.1e6, 13e6), false, ten_ms).fit == Fit::pass);
  CHECK(judge_limit(value("time.wall.p50", 8e6, 7e6, 9.9e6), false, ten_ms).fit == Fit::fail);
  const Fitness open = judge_limit(value("time.wall.p50", 9e6, 8e6, 11e6), true, ten_ms);
  CHECK(open.fit == Fit::undecided);
  CHECK_THAT(open.reason, Contains("more launches decide it"));
}

TEST_CASE("an undecided requirement says how many more launches decide it") {
  // log(limit / value) is a third of log(high / value): nine times the launches.
  const double v = 10e6 / 1.1;
  const Fitness open = judge_limit(value("time.wall.p50", v, v, v * 1.1 * 1.1 * 1.1, 6), true, ten_ms);
  REQUIRE(open.more_launches);
  CHECK(*open.more_launches - (9 * 6 - 6) <= 1);  // rounded up
  CHECK(*open.more_launches >= 9 * 6 - 6);
  const Fitness at_it = judge_limit(value("time.wall.p50", 10e6, 9e6, 11e6), true, ten_ms);
  CHECK(at_it.fit == Fit::undecided);
  CHECK_FALSE(at_it.more_launches);
}

TEST_CASE("fewer than five launches decide nothing, whatever they say") {
  const Fitness few = judge_limit(value("time.wall.p50", 1e6, 1e6, 1e6, 4), true, ten_ms);
  CHECK(few.fit == Fit::undecided);
  CHECK(few.more_launches == 1);
  CHECK_THAT(few.reason, Contains("has 4 launches"));
  MetricValue bare = value("time.wall.p50", 1e6, 0, 0, 1);
  bare.ci_low.reset();
  bare.ci_high.reset();
  CHECK(judge_limit(bare, true, ten_ms).fit == Fit::undecided);
}

TEST_CASE("what was not measured, or not in the limit's unit, is said to be so") {
  MetricValue absent;
  absent.id = "time.wall.p99";
  absent.unit = "ns";
  absent.reason = "p99 needs 299 samples";
  CHECK(judge_limit(absent, true, ten_ms).fit == Fit::not_measured);
  CHECK(judge_limit(absent, true, ten_ms).reason == "p99 needs 299 samples");
  const Fitness unit = judge_limit(value("throughput.rows", 5, 5, 5, 6, "rows/s"), false, {1, "frames/s"});
  CHECK(unit.fit == Fit::not_measured);
  CHECK_THAT(unit.reason, Contains("rows/s"));
}

TEST_CASE("a peak fails when it was seen, and passes as the largest of five") {
  MetricValue peak = value("memory.peak_rss", 2e9, 0, 0, 6, "byte");
  peak.ci_low.reset();
  peak.ci_high.reset();
  CHECK(judge_limit(peak, true, {1e9, "byte"}).fit == Fit::fail);
  CHECK(judge_limit(peak, true, {3e9, "byte"}).fit == Fit::pass);
  peak.n = 2;
  CHECK(judge_limit(peak, true, {3e9, "byte"}).fit == Fit::undecided);
  CHECK(judge_limit(peak, true, {1e9, "byte"}).fit == Fit::fail);
}

TEST_CASE("an exact count needs one launch") {
  CHECK(judge_limit(value("callgrind.instructions", 10, 10, 10, 1, "count"), true, {10, "count"}).fit ==
        Fit::pass);
  CHECK(judge_limit(value("callgrind.instructions", 10, 10, 12, 2, "count"), true, {11, ""}).fit ==
        Fit::undecided);
}

TEST_CASE("all tasks that a requirement selects have to keep it, and accuracy classes are alternatives") {
  HardwareHost host{"a", {}};
  host.rows.push_back(row("v.resize/simd?threads=1@cpu", around(1e6), "exact"));
  host.rows.back().metrics.push_back(value("time.wall.p99", 2e6, 1.9e6, 2.1e6));
  host.rows.push_back(row("v.resize/lib?threads=1@cpu", around(5e6), "library"));
  host.rows.back().metrics.push_back(value("time.wall.p99", 20e6, 19e6, 21e6));
  CHECK(judged(latency("v.resize", 10e6), host).fit == Fit::pass);
  Requirement exact = latency("v.resize", 10e6);
  exact.accuracy = "library";
  CHECK(judged(exact, host).fit == Fit::fail);
  host.rows.push_back(row("v.resize/simd@cpu", around(1e6), "exact"));
  host.rows.back().metrics.push_back(value("time.wall.p99", 30e6, 29e6, 31e6));
  const HostFitness both = judged(latency("v.resize", 10e6), host);
  CHECK(both.fit == Fit::fail);
  CHECK(both.tasks.size() == 2);
  CHECK(judged(latency("v.resize/lib", 10e6), host).fit == Fit::fail);  // named: it alone stands
  const HostFitness none = judged(latency("v.blur", 10e6), host);
  CHECK(none.fit == Fit::not_measured);
  CHECK_THAT(none.tasks.at(0).reason, Contains("no result matches 'v.blur'"));
}

TEST_CASE("a tail that lacks samples says how many more") {
  HardwareHost host{"a", {row("v.resize/simd@cpu", around(1e6))}};
  MetricValue absent;
  absent.id = "time.wall.p99";
  absent.reason = "p99 needs 299 samples";
  absent.samples = 100;
  host.rows[0].metrics.push_back(absent);
  const HostFitness answer = judged(latency("v.resize", 10e6), host);
  CHECK(answer.fit == Fit::not_measured);
  CHECK(answer.tasks.at(0).more_samples == 199);
}

TEST_CASE("software and functional devices, unverified and failed results stand for no host") {
  for (const char* what : {"software", "functional", "unverified", "failed"}) {
    INFO(what);
    HardwareHost host{"a", {row("v.resize/simd@cpu", around(1e6))}};
    ResultRow& one = host.rows[0];
    one.metrics.push_back(value("time.wall.p99", 2e6, 1.9e6, 2.1e6));
    if (std::string(what) == "unverified") {
      one.verified.reset();
    } else if (std::string(what) == "failed") {
      one.status = Status::failed;
    } else {
      one.device_fidelity = what;
    }
    CHECK(judged(latency("v.resize", 10e6), host).fit == Fit::not_measured);
    CHECK(represent({host}, Represent::best_verified).at(0).hosts.at(0).row == nullptr);
    const bool other_rule =
        represent({host}, Represent::same_implementation).at(0).hosts.at(0).row != nullptr;
    CHECK(other_rule == (std::string(what) == "unverified"));
  }
}

TEST_CASE("what stands for a host: the best, the same everywhere, or the first that is named") {
  const std::vector<HardwareHost> hosts{
      {"a", {row("l.gemv/simd@cpu", around(2e6)), row("l.gemv/cuda@cuda:0", around(1e6))}},
      {"b", {row("l.gemv/simd@cpu", around(1e6)), row("l.gemv/blas@cpu", around(3e6))}}};
  const auto standing = [&](Represent rule, const std::vector<Selector>& named = {}) {
    const auto tasks = represent(hosts, rule, named);
    REQUIRE(tasks.size() == 1);
    std::string text;
    for (const auto& one : tasks[0].hosts)
      text += (text.empty() ? "" : " ") + (one.row == nullptr ? "-" : one.row->value.implementation);
    return text;
  };
  CHECK(standing(Represent::best_verified) == "cuda simd");
  CHECK(standing(Represent::same_implementation) == "simd simd");
  CHECK(standing(Represent::named, {parse_selector("*/blas"), parse_selector("*/cuda")}) == "cuda blas");
  CHECK(standing(Represent::named, {parse_selector("*/blas")}) == "- blas");
  CHECK(parse_represent("same-implementation") == Represent::same_implementation);
  CHECK_THROWS(parse_represent("bset-verified"));
}

TEST_CASE("a host that never ran a case says why, whatever its accuracy class") {
  ResultRow broken = row("l.gemv/simd@cpu", {}, "");
  broken.status = Status::failed;
  broken.reason = "it crashed";
  const auto tasks = represent({{"a", {row("l.gemv/simd@cpu", around(1e6), "float")}}, {"b", {broken}}},
                               Represent::best_verified);
  REQUIRE(tasks.size() == 1);
  CHECK_THAT(tasks[0].hosts[1].reason, Contains("failed: it crashed"));
}

TEST_CASE("a capacity lies between the last rate that keeps the limit and the first that does not") {
  HardwareHost host{"a", {}};
  const auto add = [&](const char* rate, double p99, bool overloaded = false) {
    host.rows.push_back(row(std::string("v.resize/simd?load=open:") + rate + "@cpu", around(1e6)));
    host.rows.back().metrics.push_back(value("time.wall.p99", p99, p99 * 0.98, p99 * 1.02));
    if (!overloaded) return;
    MetricValue flag;
    flag.id = "load.overloaded";
    host.rows.back().metrics.push_back(flag);
  };
  add("100", 2e6);
  add("200", 5e6);
  add("400", 9.9e6);  // its interval holds the limit
  add("500", 20e6);
  add("800", 1e6, true);
  Requirement need{"r", parse_selector("v.resize"), "", "capacity", 99, false, {200, "Hz"}, ten_ms};
  CHECK(judged(need, host).fit == Fit::pass);
  CHECK(judged(need, host).tasks.at(0).low == 200);
  CHECK(judged(need, host).tasks.at(0).high == 500);
  need.limit.value = 300;
  CHECK(judged(need, host).fit == Fit::undecided);
  need.limit.value = 500;
  CHECK(judged(need, host).fit == Fit::fail);
  CHECK(judged(need, {"b", {}}).fit == Fit::not_measured);
}

TEST_CASE("the cost of a million units is an hour's price over an hour's units, where the limit is kept") {
  CHECK(cost_of_a_million(3.6, 1000) == Approx(1.0));
  ResultRow one = row("v.resize/simd@cpu", around(1e6));
  one.metrics.push_back(value("throughput.frames", 1000, 900, 1250, 6, "frames/s"));
  MetricValue joules = value("powercap.package", 4, 3, 5, 6, "J");
  one.metrics.push_back(joules);
  const Price price{"a", 3.6, "EUR", false, 0, {2026, 11, 1}, "x"};
  const Efficiency good = efficiency_of(0, "v.resize", one, &price, nullptr);
  CHECK(*good.cost == Approx(1.0));
  CHECK(*good.cost_low == Approx(0.8));
  CHECK(*good.cost_high == Approx(1 / 0.9));
  CHECK(*good.joules == 2);  // 4 J a call of two frames
  CHECK_THAT(good.scope, Contains("RAPL"));
  for (const char* gpu : {"cuda:0", "vulkan:0"}) {  // the CPU's energy is not theirs
    one.value.device = gpu;
    CHECK_FALSE(efficiency_of(0, "v.resize", one, &price, nullptr).joules);
  }
  one.value.device = "serial:desk";  // nor is it the board's
  CHECK_FALSE(efficiency_of(0, "v.resize", one, &price, nullptr).joules);
  one.metrics.push_back(value("meter.energy", 3, 2, 4, 6, "J"));
  CHECK(*efficiency_of(0, "v.resize", one, &price, nullptr).joules == 1.5);
  CHECK_THAT(efficiency_of(0, "v.resize", one, &price, nullptr).scope, Contains("supply"));
  one.metrics.pop_back();
  one.value.device = "cpu";
  Fitness failed;
  failed.fit = Fit::fail;
  CHECK_FALSE(efficiency_of(0, "v.resize", one, &price, &failed).cost);
  Fitness served;
  served.fit = Fit::pass;
  served.metric = "capacity";
  served.value = 250;
  CHECK(*efficiency_of(0, "v.resize", one, &price, &served).cost == Approx(2.0));
  one.metrics.pop_back();
  CHECK_FALSE(efficiency_of(0, "v.resize", one, &price, nullptr).joules);
}

TEST_CASE("a price is a requirement of the host alone, in its own currency") {
  const Prices prices{"p", {{"a", 2, "EUR", false, 0, {2026, 11, 1}, "x"}}};
  Requirement cheap{"r", {}, "", "price", 0, true, {3, "EUR/h"}, {}};
  const auto answers =
      judge_requirement(cheap, {{"a", {}}, {"b", {}}}, Represent::best_verified, {}, prices, {{"a"}, {"b"}});
  CHECK(answers[0].fit == Fit::pass);
  CHECK(answers[1].fit == Fit::not_measured);
  cheap.limit = {1, "EUR/h"};
  CHECK(judge_requirement(cheap, {{"a", {}}}, Represent::best_verified, {}, prices, {{"a"}})[0].fit ==
        Fit::fail);
  cheap.limit = {5, "USD/h"};
  CHECK(judge_requirement(cheap, {{"a", {}}}, Represent::best_verified, {}, prices, {{"a"}})[0].fit ==
        Fit::not_measured);
}
