// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/metric_group.h"

#include <catch2/catch.hpp>

#include "harness/core/error.h"

using namespace assay;
using namespace assay::stats;

namespace {

GroupEvent event(const std::string& name, const std::string& unit) {
  return {.name = name,
          .collector = "perf_event",
          .request = name,
          .metric = "perf." + name,
          .unit = unit,
          .doc = ""};
}

MetricGroup group(const std::string& formula, const std::string& unit) {
  MetricGroup made{.name = "G", .uarch = "generic", .origin = "", .doc = "", .events = {}, .metrics = {}};
  made.events = {event("fills", "line"), event("cycles", "cycle")};
  made.metrics.push_back({{"perf.x", unit, Better::higher, "x"}, Formula(formula)});
  return made;
}

Reading counted(const std::string& id, double value) { return {id, value, "count", ReadingState::ok, 1, ""}; }

const CallFacts call{
    .time_ns = 1000, .why_no_time = {}, .threads = 2, .work = {.operations = 100, .minimum_bytes = 640}};

}  // namespace

TEST_CASE("what is derived from counts and the facts of a call comes in the stated unit") {
  const auto bandwidth = group("64[byte/line] * fills / time + 0[byte/s] * cycles / cycles", "byte/s");
  check_group(bandwidth);
  const auto derived = derive(bandwidth, {counted("perf.fills", 50), counted("perf.cycles", 1)}, call);
  REQUIRE(derived.size() == 1);
  CHECK(derived[0].metric == "perf.x");
  CHECK(*derived[0].value == Approx(3.2e9));
  CHECK(derived[0].unit == "byte/s");
  CHECK(derived[0].better == Better::higher);
  const auto traffic = group("64[byte/line] * fills / bytes", "ratio");
  CHECK(*derive(traffic, {counted("perf.fills", 50)}, call)[0].value == Approx(5));
  const auto threads = group("cycles / threads", "cycle/thread");
  CHECK(*derive(threads, {counted("perf.cycles", 8)}, call)[0].value == Approx(4));
}

TEST_CASE("a metric without one of its events has no value, and says which one and why") {
  const auto ratio = group("fills / cycles", "line/cycle");
  const Reading denied{
      "perf.fills", std::nullopt, "count", ReadingState::denied, 0, "perf_event_paranoid is 4"};
  auto derived = derive(ratio, {counted("perf.cycles", 1), denied}, call);
  CHECK_FALSE(derived[0].value);
  CHECK(derived[0].state == ReadingState::denied);
  CHECK(derived[0].reason == "perf.fills: perf_event_paranoid is 4");
  derived = derive(ratio, {counted("perf.fills", 1)}, call);
  CHECK(derived[0].reason == "perf.cycles: the worker gave no reading");
  const Reading other{"perf.fills", 5.0, "ns", ReadingState::ok, 1, ""};
  derived = derive(ratio, {other, counted("perf.cycles", 1)}, call);
  CHECK(derived[0].reason == "perf.fills: it is in ns, and the group takes it for line");
}

TEST_CASE("a fact of the call that is not known makes the metric unknown, not zero") {
  CallFacts open = call;
  open.time_ns.reset();
  open.why_no_time = "waiting is in the readings";
  const auto rate = derive(group("fills / time", "line/s"), {counted("perf.fills", 1)}, open);
  CHECK(rate[0].reason == "time: waiting is in the readings");
  open.work.operations = 0;
  const auto each =
      derive(group("operations / cycles", "operation/cycle"), {counted("perf.cycles", 1)}, open);
  CHECK(each[0].state == ReadingState::not_counted);
  CHECK_FALSE(each[0].value);
}

TEST_CASE("a group is refused whose units differ, whose names are unknown, or whose events nobody uses") {
  CHECK_NOTHROW(check_group(group("fills / cycles", "line/cycle")));
  CHECK_THROWS_WITH(check_group(group("fills / cycles", "ratio")),
                    "metric 'perf.x': its formula gives line/cycle, its unit says ratio");
  CHECK_THROWS_WITH(check_group(group("fills + cycles", "line")),
                    Catch::Matchers::Contains("cannot be added"));
  CHECK_THROWS_WITH(check_group(group("fill / cycles", "line/cycle")),
                    "metric 'perf.x': 'fill' is no event of this group");
  CHECK_THROWS_WITH(check_group(group("fills / time", "line/s")), "event 'cycles' is in no formula");
  auto shadow = group("fills / cycles", "line/cycle");
  shadow.events[0].name = "time";
  CHECK_THROWS(check_group(shadow));
}
