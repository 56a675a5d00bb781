// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/formula.h"

#include <catch2/catch.hpp>
#include <map>

#include "harness/core/error.h"

using namespace assay;
using namespace assay::stats;

namespace {

const std::map<std::string, Reading> readings = {
    {"cycles", {.metric = "perf.cycles", .value = 200, .unit = "count"}},
    {"instructions", {.metric = "perf.instructions", .value = 500, .unit = "count"}},
    {"fills",
     {.metric = "perf.fills",
      .value = 1000,
      .unit = "count",
      .state = ReadingState::scaled,
      .coverage = 0.25}},
    {"time", {.metric = "time.wall", .value = 2000, .unit = "ns"}},
    {"zero", {.metric = "perf.zero", .value = 0, .unit = "count"}},
    {"denied",
     {.metric = "perf.x",
      .unit = "count",
      .state = ReadingState::denied,
      .coverage = 0,
      .reason = "paranoid is 4"}},
};

Reading value_of(const std::string& text, const std::string& unit = "ratio") {
  return Formula(text).evaluate("derived", unit, [](const std::string& name) { return readings.at(name); });
}

Unit unit_of(const std::string& text) {
  static const std::map<std::string, std::string> units = {
      {"cycles", "cycle"}, {"instructions", "instruction"}, {"fills", "line"}, {"time", "ns"}};
  return Formula(text).unit([](const std::string& name) { return parse_unit(units.at(name)); });
}

std::string refusal(const std::string& text) {
  try {
    unit_of(text);
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::bad_input);
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a formula has the precedence that people expect") {
  CHECK(*value_of("1 + 2 * 3 - 4 / 2").value == 5);
  CHECK(*value_of("8 / 4 / 2").value == 1);
  CHECK(*value_of("10 - 3 - 2").value == 5);
  CHECK(*value_of("-(1 + 2) * -2").value == 6);
  CHECK(*value_of("max(1, min(5, 3)) * 1e2").value == 300);
  CHECK(*value_of("instructions / cycles").value == 2.5);
}

TEST_CASE("a value comes out in the unit that is asked for") {
  // 1000 lines of 64 bytes in 2 us
  CHECK(*value_of("64[byte/line] * fills / time", "byte/s").value == Approx(32e9));
  CHECK(*value_of("time * 2", "ns").value == Approx(4000));
}

TEST_CASE("units are checked before anything is measured") {
  CHECK(to_string(unit_of("instructions / cycles")) == "instruction/cycle");
  CHECK(to_string(unit_of("64[byte/line] * fills / time")) == "byte/s");
  CHECK(to_string(unit_of("cycles / time")) == "cycle/s");
  CHECK(to_string(unit_of("cycles / (6[1/instruction] * instructions * cycles)")) == "ratio");
  CHECK(refusal("instructions + cycles").find("instruction and cycle cannot be added") != std::string::npos);
  CHECK(refusal("min(fills, 64[byte])").find("cannot be added or compared") != std::string::npos);
}

TEST_CASE("what is missing stays missing, with the reason of the first operand that lacks a value") {
  const auto reading = value_of("cycles / denied");
  CHECK_FALSE(reading.value);
  CHECK(reading.state == ReadingState::denied);
  CHECK(reading.coverage == 0);
  CHECK(reading.reason == "perf.x: paranoid is 4");
  CHECK(value_of("0 * denied").state == ReadingState::denied);  // not even times nothing
}

TEST_CASE("a division by zero has no value, and is no infinity") {
  for (const char* text : {"cycles / zero", "zero / zero", "1 / (zero * 2)"}) {
    const auto reading = value_of(text);
    CHECK_FALSE(reading.value);
    CHECK(reading.state == ReadingState::not_counted);
    CHECK_FALSE(reading.reason.empty());
  }
  CHECK_FALSE(value_of("1e300 * 1e300").value);
}

TEST_CASE("a scaled operand makes the result scaled, with the lowest coverage") {
  const auto reading = value_of("cycles / fills");
  CHECK(reading.state == ReadingState::scaled);
  CHECK(reading.coverage == 0.25);
}

TEST_CASE("a formula's names are listed once, in order") {
  CHECK(Formula("b / (a + b.c) * min(a, 1)").names() == std::vector<std::string>{"b", "a", "b.c"});
}

TEST_CASE("what is no formula says where") {
  for (const std::string text :
       {"", "1 +", "(1", "1)", "a b", "sin(a)", "1[byte", "1[by te]", "1[a/b/c]", "min(1)", "2 ** 3", "$"}) {
    INFO(text);
    CHECK(refusal(text) != "accepted");
  }
  CHECK(refusal("1 + )").find("column 5") != std::string::npos);
  CHECK(refusal(std::string(100'000, '(')) != "accepted");
  CHECK(refusal(std::string(100'000, '-')) != "accepted");
}

TEST_CASE("a formula's unit has factor 1, whatever its operands are in") {
  CHECK(unit_of("time") == Unit{1, {{"s", 1}}});
  CHECK(unit_of("64[byte/line] * fills / time") == Unit{1, {{"byte", 1}, {"s", -1}}});
  CHECK(unit_of("time + time") == unit_of("time"));
}

TEST_CASE("a formula over a reading whose unit is none is refused") {
  const auto odd = [](const std::string&) {
    return Reading{.metric = "odd", .value = 1, .unit = "a//b", .reason = ""};
  };
  CHECK_THROWS_AS(Formula("odd").evaluate("derived", "ratio", odd), Error);
}
