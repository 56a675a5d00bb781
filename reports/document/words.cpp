// SPDX-License-Identifier: Apache-2.0
#include "reports/document/words.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <cmath>

namespace assay::reports {

namespace {

/// 1,234,567; what is no whole number has three digits.
std::string count_text(double value) {
  if (value != std::floor(value) || std::fabs(value) >= 1e15) return chart::quantity(value, {}, 3);
  std::string digits = chart::fixed(value, 0);
  const std::ptrdiff_t sign = digits.starts_with('-') ? 1 : 0;
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > sign; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

/// A ratio as the change that it is.
std::string change_text(double ratio) {
  return (ratio >= 1 ? "+" : "") + chart::fixed((ratio - 1) * 100, 1) + " %";
}

std::string times_text(double ratio) {
  constexpr double small = 0.1;  // two digits are what is left of it
  return ratio > 0 && ratio < small ? chart::quantity(ratio, {}, 3) : chart::fixed(ratio, ratio < 10 ? 3 : 1);
}

}  // namespace

ChartUnit chart_unit(const std::string& unit) {
  using Kind = chart::Unit::Kind;
  if (unit == "ns") return {{Kind::seconds, ""}, 1e-9};
  if (unit == "byte") return {{Kind::bytes, ""}};
  if (unit == "bytes/s" || unit == "byte/s") return {{Kind::si, "B/s"}};
  if (unit == "operations/s") return {{Kind::si, "OP/s"}};
  if (unit == "J" || unit == "W" || unit == "Hz") return {{Kind::si, unit}};
  if (unit == "ratio") return {{Kind::percent, ""}};
  if (unit == "x" || unit == "change") return {{Kind::ratio, ""}};
  if (unit.ends_with("/s")) return {{Kind::si, unit}};
  if (unit == "count") return {{Kind::plain, ""}};
  return {{Kind::plain, unit}};
}

namespace {

/// Of a number that has one: both in the same digits, so that a value never seems to lie outside.
std::string with_interval(const Number& number) {
  const ChartUnit known = chart_unit(number.unit);
  return chart::quantity_with_interval(number.value * known.factor, *number.low * known.factor,
                                       *number.high * known.factor, known.unit);
}

}  // namespace

std::string number_text(const Number& number) {
  if (number.unit == "count") return count_text(number.value);
  if (number.unit == "x") return times_text(number.value) + "x";
  if (number.unit == "change") return change_text(number.value);
  if (number.low && number.high) {
    const std::string text = with_interval(number);
    return text.substr(0, text.find(" ["));
  }
  const ChartUnit known = chart_unit(number.unit);
  return chart::quantity(number.value * known.factor, known.unit);
}

std::string interval_text(const Number& number) {
  if (!number.low || !number.high) return "";
  const auto both = [&](std::string (*text)(double)) {
    return "[" + text(*number.low) + ", " + text(*number.high) + "]";
  };
  if (number.unit == "count") return both(&count_text);
  if (number.unit == "x") return both(&times_text);
  if (number.unit == "change") return both(&change_text);
  const std::string text = with_interval(number);
  return text.substr(text.find('['));
}

std::string cell_text(const Cell& cell) {
  struct {
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(const Name& name) const { return name.text; }
    std::string operator()(const Word& word) const { return word.text; }
    std::string operator()(const Absent&) const { return ""; }
    std::string operator()(const Number& number) const {
      const std::string interval = interval_text(number);
      return number_text(number) + (interval.empty() ? "" : " " + interval);
    }
  } text;
  return std::visit(text, cell.value);
}

std::string number_or_dash(const Cell& cell) {
  const auto* number = std::get_if<Number>(&cell.value);
  return number == nullptr ? "-" : number_text(*number);
}

Cell cell_of(const MetricValue* metric) {
  if (metric == nullptr) return {Absent{}};
  if (!metric->value || !std::isfinite(*metric->value)) return {Absent{metric->reason}};
  Number number{*metric->value, metric->unit};
  const bool interval =
      metric->ci_low && metric->ci_high && std::isfinite(*metric->ci_low) && std::isfinite(*metric->ci_high);
  if (interval) {
    number.low = metric->ci_low;
    number.high = metric->ci_high;
  }
  return {number};
}

std::string utc(std::int64_t ms) {
  // Foreign databases may hold any number: only years of four digits are a time.
  constexpr std::int64_t year_10000_ms = 253'402'300'800'000;
  if (ms < 0 || ms >= year_10000_ms) return "at an unknown time";
  return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(static_cast<std::time_t>(ms / 1000)));
}

std::string short_id(const std::string& run) { return run.substr(0, 8); }

std::string counted(std::size_t number, const std::string& noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

}  // namespace assay::reports
