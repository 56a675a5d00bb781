// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>

namespace assay::chart {
namespace {

struct Prefix {
  double factor;
  std::string_view name;
};
constexpr Prefix si[] = {{1e-9, "n"}, {1e-6, "µ"}, {1e-3, "m"}, {1, ""},     {1e3, "k"},
                         {1e6, "M"},  {1e9, "G"},  {1e12, "T"}, {1e15, "P"}, {1e18, "E"}};
constexpr Prefix binary[] = {{1, ""},        {0x1p10, "Ki"}, {0x1p20, "Mi"}, {0x1p30, "Gi"},
                             {0x1p40, "Ti"}, {0x1p50, "Pi"}, {0x1p60, "Ei"}};

const Prefix& best(std::span<const Prefix> table, double magnitude) {
  std::size_t i = 0;
  // A value that would be written as 1000 of a prefix takes the next.
  while (i + 1 < table.size() && magnitude >= table[i + 1].factor * (1 - 1e-9)) ++i;
  return table[i];
}

/// "rows/s" keeps its distance from a prefix (Grows/s would be read as a word); "op/s", "B/s", "FLOP/s" do
/// not.
bool is_word(std::string_view symbol) {
  std::size_t letters = 0;
  while (letters < symbol.size() && symbol[letters] >= 'a' && symbol[letters] <= 'z') ++letters;
  return letters > 2;
}

std::string written(double value, std::chars_format format, int precision) {
  std::array<char, 512> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format, precision);
  return result.ec == std::errc() ? std::string(buffer.data(), result.ptr) : "n/a";
}

std::string without_trailing_zeros(std::string text) {
  const std::size_t exponent = std::min(text.find('e'), text.size());
  if (text.find('.') == std::string::npos) return text;
  std::size_t end = exponent;
  while (text[end - 1] == '0') --end;
  if (text[end - 1] == '.') --end;
  return text.erase(end, exponent - end);
}

}  // namespace

Multiple multiple_of(double magnitude, const Unit& unit) {
  magnitude = std::fabs(magnitude);
  const std::string symbol = unit.symbol.empty() ? "" : " " + unit.symbol;
  switch (unit.kind) {
    case Unit::Kind::plain:
      break;
    case Unit::Kind::si: {
      if (magnitude == 0) return {1, symbol};
      const Prefix& prefix = best(si, magnitude);
      const std::string name(prefix.name);
      return {prefix.factor,
              name.empty() ? symbol : " " + name + (is_word(unit.symbol) ? " " : "") + unit.symbol};
    }
    case Unit::Kind::seconds: {
      if (magnitude == 0) return {1, " s"};
      const Prefix& prefix = best(std::span(si).first(4), magnitude);
      return {prefix.factor, " " + std::string(prefix.name) + "s"};
    }
    case Unit::Kind::bytes: {
      const Prefix& prefix = best(binary, magnitude);
      return {prefix.factor, " " + std::string(prefix.name) + "B"};
    }
    case Unit::Kind::ratio:
      return {1, "×"};
    case Unit::Kind::percent:
      return {0.01, " %"};
  }
  return {1, symbol};
}

std::string fixed(double value, int decimals) {
  std::string text = written(value, std::chars_format::fixed, std::clamp(decimals, 0, 17));
  if (text.starts_with('-') && text.find_first_not_of("-0.") == std::string::npos) text.erase(0, 1);
  return text;
}

std::string quantity(double value, const Unit& unit, int digits) {
  if (!std::isfinite(value)) return "n/a";
  digits = std::clamp(digits, 1, 17);
  Multiple multiple = multiple_of(value, unit);
  if (value == 0) return "0" + multiple.suffix;
  // Round first: 999.9996 ms to three digits is 1 s.
  const double step = std::pow(10.0, std::floor(std::log10(std::fabs(value))) + 1 - digits);
  const double rounded = std::round(value / step) * step;
  if (std::isfinite(rounded) && rounded != 0) multiple = multiple_of(rounded, unit);
  const double scaled = value / multiple.factor;
  const double magnitude = std::fabs(scaled);
  if (magnitude >= 1e7 || magnitude < 1e-4) {
    return without_trailing_zeros(written(scaled, std::chars_format::scientific, digits - 1)) +
           multiple.suffix;
  }
  const int decimals = digits - 1 - static_cast<int>(std::floor(std::log10(magnitude)));
  return without_trailing_zeros(fixed(scaled, std::max(0, decimals))) + multiple.suffix;
}

std::string quantity_with_interval(double value, double low, double high, const Unit& unit) {
  const Multiple multiple = multiple_of(value, unit);
  const double scaled = std::fabs(value / multiple.factor);
  if (value == 0 || scaled >= 1e7 || scaled < 1e-4) {
    return quantity(value, unit) + " [" + quantity(low, unit) + ", " + quantity(high, unit) + "]";
  }
  int decimals = std::max(0, 2 - static_cast<int>(std::floor(std::log10(scaled))));
  if (unit.kind == Unit::Kind::ratio && scaled < 10) decimals = 2;
  for (int more = 0; more < 3 && (high - low) / multiple.factor < 2 * std::pow(10.0, -decimals) && high > low;
       ++more)
    ++decimals;
  const auto number = [&](double v) { return fixed(v / multiple.factor, decimals); };
  return number(value) + multiple.suffix + " [" + number(low) + ", " + number(high) + "]";
}

}  // namespace assay::chart
