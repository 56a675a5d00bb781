// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/quantity.h"

#include <cmath>
#include <map>

#include "harness/core/value.h"

namespace assay {

namespace {

struct Unit {
  const char* at_rest;
  double factor;
};

/// Written units and what they are at rest.
const std::map<std::string, Unit, std::less<>>& units() {
  static const std::map<std::string, Unit, std::less<>> all{{"ns", {"ns", 1}},
                                                            {"us", {"ns", 1e3}},
                                                            {"µs", {"ns", 1e3}},
                                                            {"ms", {"ns", 1e6}},
                                                            {"s", {"ns", 1e9}},
                                                            {"min", {"ns", 60e9}},
                                                            {"h", {"ns", 3600e9}},
                                                            {"B", {"byte", 1}},
                                                            {"byte", {"byte", 1}},
                                                            {"bytes", {"byte", 1}},
                                                            {"kB", {"byte", 1e3}},
                                                            {"MB", {"byte", 1e6}},
                                                            {"GB", {"byte", 1e9}},
                                                            {"TB", {"byte", 1e12}},
                                                            {"KiB", {"byte", 1024.0}},
                                                            {"MiB", {"byte", 1024.0 * 1024}},
                                                            {"GiB", {"byte", 1024.0 * 1024 * 1024}},
                                                            {"TiB", {"byte", 1024.0 * 1024 * 1024 * 1024}},
                                                            {"J", {"J", 1}},
                                                            {"mJ", {"J", 1e-3}},
                                                            {"uJ", {"J", 1e-6}},
                                                            {"µJ", {"J", 1e-6}},
                                                            {"kJ", {"J", 1e3}},
                                                            {"W", {"W", 1}},
                                                            {"mW", {"W", 1e-3}},
                                                            {"%", {"ratio", 0.01}},
                                                            {"Hz", {"Hz", 1}},
                                                            {"kHz", {"Hz", 1e3}},
                                                            {"/s", {"Hz", 1}}};
  return all;
}

}  // namespace

std::optional<Quantity> parse_quantity(std::string_view text) {
  const auto digits = text.find_first_not_of("0123456789.+-eE");
  // "5e" of "5 eggs" is none of the number.
  std::string_view number = text.substr(0, digits);
  while (!number.empty() && (number.back() == 'e' || number.back() == 'E')) number.remove_suffix(1);
  const auto value = parse_real(number);
  if (!value || !(*value >= 0)) return std::nullopt;
  std::string_view unit = text.substr(number.size());
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  while (unit.ends_with(' ')) unit.remove_suffix(1);
  if (unit.find(' ') != std::string_view::npos) return std::nullopt;
  if (unit.empty()) return Quantity{*value, ""};
  if (const auto known = units().find(unit); known != units().end())
    return Quantity{*value * known->second.factor, known->second.at_rest};
  // A rate of bytes: "25 GB/s".
  if (unit.ends_with("/s")) {
    const auto known = units().find(unit.substr(0, unit.size() - 2));
    if (known != units().end() && std::string_view(known->second.at_rest) == "byte")
      return Quantity{*value * known->second.factor, "byte/s"};
  }
  return Quantity{*value, std::string(unit)};
}

}  // namespace assay
