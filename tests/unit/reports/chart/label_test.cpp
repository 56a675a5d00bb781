// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/label.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "reports/chart/number.h"

using namespace assay::chart;

TEST_CASE("labels are one line of text without surprises") {
  CHECK(cleaned("plain µs ±") == "plain µs ±");
  CHECK(cleaned("a\tb\nc") == "a b c");
  CHECK(cleaned("a\x1b[31mb") == "a\uFFFD[31mb");
  CHECK(cleaned("\u202Eabc\u202C\u200B\uFEFF") == "abc");  // marks that turn the direction
  CHECK(cleaned("\xFF\xC0\x80 \xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD \uFFFD");  // malformed, a surrogate
  CHECK(cleaned("\xE2\x82") == "\uFFFD");                                      // cut
  CHECK(cleaned("e\u0301\u0301\u0301\u0301\u0301") == "e\u0301\u0301");        // two marks on a letter
  CHECK(cleaned("\u0301x") == "x");
  CHECK(cleaned("\uFFFE") == "\uFFFD");  // no character of XML
}

TEST_CASE("a long label keeps both ends and never exceeds its room") {
  const std::string name = "llm.gemv/simd?cols=4096&dtype=q4_0&rows=4096&threads=1@cpu";
  CHECK(elided(name, 24 * 6, 11, {true}) == "llm.gemv/simd?…ads=1@cpu");
  CHECK(elided("short", 1000, 11, {}) == "short");
  CHECK(elided(name, 3, 11, {}).empty());
  std::mt19937_64 random(1);
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (std::size_t i = random() % 300; i > 0; --i)
      append_utf8(text, static_cast<char32_t>(random() % (round % 2 == 0 ? 0x80 : 0x30000)));
    const double room = static_cast<double>(random() % 300);
    for (const Metrics metrics : {Metrics{false}, Metrics{true}}) {
      const std::string label = elided(text, room, 11, metrics);
      REQUIRE(metrics.width(label, 11) <= room + 1e-9);
      REQUIRE(cleaned(label) == label);
    }
  }
}

TEST_CASE("numbers are written for people") {
  const Unit seconds{Unit::Kind::seconds, ""};
  CHECK(quantity(0.00421, seconds) == "4.21 ms");
  CHECK(quantity(0.9999996, seconds) == "1 s");
  CHECK(quantity(5e-10, seconds) == "0.5 ns");
  CHECK(quantity(0, seconds) == "0 s");
  CHECK(quantity(-0.0123, seconds) == "-12.3 ms");
  CHECK(quantity(65536, {Unit::Kind::bytes, ""}) == "64 KiB");
  CHECK(quantity(1.12e11, {Unit::Kind::si, "op/s"}) == "112 Gop/s");
  CHECK(quantity(3.1e7, {Unit::Kind::si, "rows/s"}) == "31 M rows/s");
  CHECK(quantity(1e30, {Unit::Kind::si, "op/s"}) == "1e+12 Eop/s");
  CHECK(quantity(0.05, {Unit::Kind::percent, ""}) == "5 %");
  CHECK(quantity(1.5, {Unit::Kind::ratio, ""}) == "1.5×");
  CHECK(quantity(1200, {Unit::Kind::plain, "rows"}, 4) == "1200 rows");
  CHECK(quantity(0.0 / 0.0, seconds) == "n/a");
  CHECK(fixed(-0.0001, 2) == "0.00");
  CHECK(fixed(1234.5, 1) == "1234.5");  // no group mark, no comma, whatever the locale
}

TEST_CASE("a value and its interval share multiple and decimals") {
  CHECK(quantity_with_interval(0.0412, 0.0409, 0.0418, {Unit::Kind::seconds, ""}) == "41.2 ms [40.9, 41.8]");
  CHECK(quantity_with_interval(1, 0.99, 1.015, {Unit::Kind::ratio, ""}) == "1.00× [0.99, 1.01]");
  CHECK(quantity_with_interval(1.0004, 0.9999, 1.0009, {Unit::Kind::ratio, ""}) ==
        "1.0004× [0.9999, 1.0009]");
}
