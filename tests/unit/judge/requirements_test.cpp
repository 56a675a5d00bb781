// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/requirements.h"

#include <catch2/catch.hpp>

#include "harness/core/error.h"
#include "harness/judge/prices.h"
#include "harness/judge/weights.h"

using namespace assay;
using Catch::Matchers::Contains;

namespace {

template <typename Parse>
std::string refusal(Parse parse, const std::string& text) {
  try {
    parse(text, "f.toml");
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::bad_input);
    return std::string(error.what()) + " | " + error.remedy;
  }
  return "nothing was refused";
}

std::string refused(const std::string& require) {
  return refusal(parse_requirements, "[[require]]\n" + require);
}

}  // namespace

TEST_CASE("a number with a unit becomes the unit at rest, and what is none is refused") {
  const auto is = [](const char* text, double value, const char* unit) {
    const auto seen = parse_quantity(text);
    REQUIRE(seen);
    CHECK(seen->value == Approx(value));
    CHECK(seen->unit == unit);
  };
  is("33.3ms", 33.3e6, "ns");
  is("1.5 GiB", 1.5 * 1024 * 1024 * 1024, "byte");
  is("25 GB/s", 25e9, "byte/s");
  is("30 frames/s", 30, "frames/s");
  is("200/s", 200, "Hz");
  is("5mJ", 5e-3, "J");
  is("80%", 0.8, "ratio");
  is("1e3 us", 1e6, "ns");
  is("2500 EUR", 2500, "EUR");
  is("7", 7, "");
  for (const char* text : {"", "ms", "-1ms", "1 2 ms", "nan s", "1..2 s", "inf", "ten ms"}) {
    INFO(text);
    CHECK_FALSE(parse_quantity(text));
  }
}

TEST_CASE("requirements are read with all their keys") {
  const Requirements all = parse_requirements(R"(
description = "one camera"
[[require]]
name = "in time"
task = "vision.resize?threads=1"
metric = "latency"
percentile = 99
at_most = "33.3ms"
[[require]]
name = "as they come"
task = "vision.resize"
accuracy = "exact"
metric = "capacity"
percentile = 99
within = "10ms"
at_least = "200/s"
[[require]]
name = "cheap"
metric = "price"
at_most = "2 EUR/h"
[[require]]
name = "energy"
task = "tinyml.kws"
metric = "powercap.package"
at_most = "5mJ"
)",
                                              "f.toml");
  CHECK(all.description == "one camera");
  REQUIRE(all.all.size() == 4);
  CHECK(all.all[0].metric_id("frames") == "time.wall.p99");
  CHECK(all.all[0].at_most);
  CHECK(all.all[0].limit.value == Approx(33.3e6));
  CHECK(all.all[1].accuracy == "exact");
  CHECK(all.all[1].within->value == Approx(10e6));
  CHECK_FALSE(all.all[1].at_most);
  CHECK(all.all[2].limit.unit == "EUR/h");
  CHECK(all.all[3].metric_id("") == "powercap.package");
}

TEST_CASE("a requirement that is wrong is refused with line, key and the closest name") {
  const std::string good = "name = 'a'\ntask = 'llm.gemv'\n";
  CHECK_THAT(refused(good + "metric = 'latncy'\npercentile = 99\nat_most = '1ms'"),
             Contains("f.toml:4: metric: 'latncy' is no metric") && Contains("latency"));
  CHECK_THAT(refused(good + "metirc = 'latency'"),
             Contains("'metirc' is not a key of [[require]]") && Contains("metric"));
  CHECK_THAT(refused(good + "metric = 'latency'\npercentile = 95\nat_most = '1ms'"),
             Contains("expected 50, 90 or 99"));
  CHECK_THAT(refused(good + "metric = 'latency'\nat_most = '1ms'"), Contains("needs a percentile"));
  CHECK_THAT(refused(good + "metric = 'memory'\npercentile = 99\nat_most = '1GiB'"),
             Contains("leave percentile out"));
  CHECK_THAT(refused(good + "metric = 'latency'\npercentile = 99"), Contains("needs at_most or at_least"));
  CHECK_THAT(refused(good + "metric = 'latency'\npercentile = 99\nat_most = '1ms'\nat_least = '1ms'"),
             Contains("not both"));
  CHECK_THAT(refused(good + "metric = 'latency'\npercentile = 99\nat_most = '1 GiB'"), Contains("no time"));
  CHECK_THAT(refused(good + "metric = 'latency'\npercentile = 99\nat_most = 'fast'"),
             Contains("'fast' is no number with a unit"));
  CHECK_THAT(refused(good + "metric = 'capacity'\npercentile = 99\nat_least = '3/s'"),
             Contains("needs 'within'"));
  CHECK_THAT(refused(good + "metric = 'price'\nat_most = '3 EUR'"), Contains("no task has"));
  CHECK_THAT(refused("name = 'a'\nmetric = 'memory'\nat_most = '3 GiB'"), Contains("needs a task"));
  CHECK_THAT(refused("name = 'a'\ntask = 'llm.gemv?preset=xs'\nmetric = 'memory'\nat_most = '3 GiB'"),
             Contains("no presets") && Contains("f.toml:3"));
  CHECK_THAT(refusal(parse_requirements, ""), Contains("no [[require]]"));
  CHECK_THAT(refusal(parse_requirements, "[[require]"), Contains("f.toml:1") && Contains("TOML"));
  const std::string one = "[[require]]\n" + good + "metric = 'memory'\nat_most = '1GiB'\n";
  CHECK_THAT(refusal(parse_requirements, one + one), Contains("a second requirement 'a'"));
}

TEST_CASE("weights say how tasks count, and total time has calls") {
  const Weights chat =
      parse_weights("within = 2\n[[weight]]\nselect = ['llm.*', 'x.y']\nweight = 3\n", "f.toml");
  CHECK(chat.summary == Summary::geometric_mean);
  CHECK(chat.within == 2);
  REQUIRE(chat.groups.size() == 1);
  CHECK(chat.groups[0].name == "llm.*");
  CHECK(chat.groups[0].select.size() == 2);
  const Weights pipe =
      parse_weights("summary = 'total time'\n[[weight]]\nname = 'a'\nselect = 'a.b'\ncalls = 2", "f.toml");
  CHECK(pipe.summary == Summary::total_time);
  CHECK(pipe.groups[0].weight == 2);
  CHECK_THAT(refusal(parse_weights, "summary = 'mean'\n[[weight]]\nselect = 'a'\nweight = 1"),
             Contains("geometric mean"));
  CHECK_THAT(refusal(parse_weights, "[[weight]]\nselect = 'a'\nweight = 0"), Contains("above 0"));
  CHECK_THAT(refusal(parse_weights, "[[weight]]\nselect = 'a'\ncalls = 1"), Contains("'calls' is not a key"));
  CHECK_THAT(refusal(parse_weights, "within = 0.5\n[[weight]]\nselect = 'a'\nweight = 1"),
             Contains("from 1 on"));
  CHECK_THAT(refusal(parse_weights, "within = 2"), Contains("no [[weight]]"));
}

TEST_CASE("a price has amount, currency, date and source, for an hour or to buy over a lifetime") {
  const Prices prices = parse_prices(R"(
[[price]]
host = "cloud-*"
amount = 1.2
currency = "EUR"
per = "hour"
date = 2026-11-01
source = "the offer"
[[price]]
host = "box"
amount = 876.6
currency = "EUR"
to_buy = true
lifetime = "1y"
date = 2026-11-01
source = "shop"
)",
                                     "f.toml");
  REQUIRE(prices.all.size() == 2);
  CHECK(price_of(prices, {"host-1", "cloud-a"})->per_hour() == 1.2);
  CHECK(price_of(prices, {"box"})->per_hour() == Approx(0.1));
  CHECK(price_of(prices, {"other"}) == nullptr);
  CHECK(days_between({2026, 11, 1}, {2027, 1, 30}) == 90);
  const std::string one = "[[price]]\nhost = 'a'\namount = 1\ncurrency = 'EUR'\n";
  CHECK_THAT(refusal(parse_prices, one + "per = 'hour'\ndate = 2026-01-01"), Contains("source"));
  CHECK_THAT(refusal(parse_prices, one + "date = 2026-01-01\nsource = 'x'"), Contains("per hour, or to buy"));
  CHECK_THAT(refusal(parse_prices, one + "to_buy = true\nlifetime = 'long'\ndate = 2026-01-01\nsource = 'x'"),
             Contains("no lifetime"));
  CHECK_THAT(refusal(parse_prices, one + "per = 'day'"), Contains("expected \"hour\""));
}
