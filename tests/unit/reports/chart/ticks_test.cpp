// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/ticks.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <set>

using namespace assay::chart;

namespace {

const Unit units[] = {{},
                      {Unit::Kind::si, "op/s"},
                      {Unit::Kind::seconds, ""},
                      {Unit::Kind::bytes, ""},
                      {Unit::Kind::ratio, ""},
                      {Unit::Kind::percent, ""}};

double uniform(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

std::string texts(const std::vector<Tick>& ticks) {
  std::string out;
  for (const Tick& tick : ticks) out += (out.empty() ? "" : " | ") + (tick.label.empty() ? "." : tick.label);
  return out;
}

/// Ascending, inside, labels unique, at most `most` of them.
void check(const std::vector<Tick>& ticks, double low, double high, std::size_t most) {
  std::set<std::string> seen;
  double before = -std::numeric_limits<double>::infinity();
  for (const Tick& tick : ticks) {
    REQUIRE(tick.value > before);
    before = tick.value;
    const double slack = 1e-6 * std::max(std::fabs(high - low), std::numeric_limits<double>::min());
    REQUIRE(tick.value >= low - slack);
    REQUIRE(tick.value <= high + slack);
    if (!tick.label.empty()) REQUIRE(seen.insert(tick.label).second);
  }
  REQUIRE(seen.size() <= most);
}

}  // namespace

TEST_CASE("ticks carry the unit that people would write") {
  CHECK(texts(linear_ticks(0, 0.0412, 6, {Unit::Kind::seconds, ""})) == "0 | 10 ms | 20 ms | 30 ms | 40 ms");
  CHECK(texts(linear_ticks(3.93e-3, 4.61e-3, 5, {Unit::Kind::seconds, ""})) ==
        "4.0 ms | 4.2 ms | 4.4 ms | 4.6 ms");
  CHECK(texts(linear_ticks(0, 1 << 20, 5, {Unit::Kind::bytes, ""})) ==
        "0 | 0.25 MiB | 0.50 MiB | 0.75 MiB | 1.00 MiB");
  CHECK(texts(linear_ticks(-0.1, 0.1, 5, {Unit::Kind::percent, ""})) == "-10 % | -5 % | 0 | 5 % | 10 %");
  CHECK(texts(linear_ticks(0.9, 1.1, 5, {Unit::Kind::ratio, ""})) == "0.90× | 0.95× | 1.00× | 1.05× | 1.10×");
  CHECK(texts(linear_ticks(0, 3e9, 4, {Unit::Kind::si, "rows/s"})) ==
        "0 | 1 G rows/s | 2 G rows/s | 3 G rows/s");
  CHECK(texts(log_ticks(1e-6, 1e-3, 5, {Unit::Kind::seconds, ""})) ==
        "1 µs | . | . | 10 µs | . | . | 100 µs | . | . | 1 ms");
  CHECK(texts(log_ticks(0.5, 20, 6, {Unit::Kind::ratio, ""})) == "0.5× | 1× | 2× | 5× | 10× | 20×");
  CHECK(texts(log_ticks(1024, 16 << 20, 8, {Unit::Kind::bytes, ""})) ==
        "1 KiB | 4 KiB | 16 KiB | 64 KiB | 256 KiB | 1 MiB | 4 MiB | 16 MiB");
}

TEST_CASE("a narrow logarithmic axis has linear ticks") {
  CHECK(texts(log_ticks(0.93, 1.12, 6, {Unit::Kind::ratio, ""})) == "0.95× | 1.00× | 1.05× | 1.10×");
}

TEST_CASE("linear ticks hold for any domain") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 4000; ++round) {
    const double size = std::pow(10.0, -30 + 60 * uniform(random));
    const double offset = (uniform(random) - 0.5) * std::pow(10.0, -30 + 60 * uniform(random));
    const double low = offset;
    const double high = offset + size;
    const std::size_t most = 2 + random() % 10;
    const Unit& unit = units[random() % std::size(units)];
    const std::vector<Tick> ticks = linear_ticks(low, high, most, unit);
    INFO(low << " " << high << " " << most << ": " << texts(ticks));
    check(ticks, low, high, most);
    if (ticks.size() < 2) continue;
    const double step = ticks[1].value - ticks[0].value;
    REQUIRE(ticks.front().value - low <= step * (1 + 1e-6));  // less than a step is left over at either end
    REQUIRE(high - ticks.back().value <= step * (1 + 1e-6));
  }
}

TEST_CASE("there are enough linear ticks to read a value by") {
  std::mt19937_64 random(2);
  for (int round = 0; round < 1000; ++round) {
    const double low = uniform(random) * 100;
    const double high = low + std::pow(10.0, 3 * uniform(random));
    for (const std::size_t most : {4u, 6u, 10u}) {
      const std::size_t count = linear_ticks(low, high, most, {}).size();
      INFO(low << " " << high);
      REQUIRE(count * 3 >= most);
    }
  }
}

TEST_CASE("logarithmic ticks hold for any domain") {
  std::mt19937_64 random(3);
  for (int round = 0; round < 4000; ++round) {
    const double low = std::pow(10.0, -100 + 200 * uniform(random));
    const double high = low * std::pow(10.0, 50 * std::pow(uniform(random), 3));
    const std::size_t most = 1 + random() % 10;
    const Unit& unit = units[random() % std::size(units)];
    const std::vector<Tick> ticks = log_ticks(low, high, most, unit);
    INFO(low << " " << high << " " << most << ": " << texts(ticks));
    check(ticks, low, high, most);
  }
}

TEST_CASE("what is no domain has no ticks") {
  const double nan = std::nan("");
  const double inf = std::numeric_limits<double>::infinity();
  CHECK(linear_ticks(nan, 1, 5, {}).empty());
  CHECK(linear_ticks(0, inf, 5, {}).empty());
  CHECK(linear_ticks(2, 1, 5, {}).empty());
  CHECK(log_ticks(0, 1, 5, {}).empty());
  CHECK(log_ticks(-1, 1, 5, {}).empty());
  CHECK(linear_ticks(5, 5, 5, {}).size() == 1);
}

TEST_CASE("labels of fitting ticks never touch") {
  std::mt19937_64 random(4);
  for (int round = 0; round < 3000; ++round) {
    const Scale scale = round % 2 == 0 ? Scale::linear : Scale::log;
    const double low = std::pow(10.0, -12 + 20 * uniform(random));
    const double high = low * (1 + std::pow(10.0, -6 + 14 * uniform(random)));
    const bool vertical = random() % 2 == 0;
    const Metrics metrics{random() % 2 == 0};
    const Axis axis(scale, {low, high}, 0, 60 + 900 * uniform(random));
    double end = -1e9;
    const std::vector<Tick> ticks =
        fitting_ticks(axis, units[random() % std::size(units)], vertical, 10, metrics);
    INFO(low << " " << high << " over " << axis.length() << ": " << texts(ticks));
    for (const Tick& tick : ticks) {
      if (tick.label.empty()) continue;
      const double half = (vertical ? metrics.line(10) : metrics.width(tick.label, 10)) / 2;
      REQUIRE(axis.at(tick.value) - half > end);
      end = axis.at(tick.value) + half - 1e-9;
    }
  }
}

TEST_CASE("a domain too small to be divided has one tick, and ends") {
  for (const double high : {5e-324, 1e-323, 1e-310, 1e-301}) {
    for (const Unit& unit : units) {
      CHECK(linear_ticks(0, high, 6, unit).size() == 1);
      CHECK(log_ticks(high, 2 * high, 6, unit).size() < 20);
    }
  }
  CHECK(linear_ticks(0, 1e-299, 6, {}).size() > 3);
}
