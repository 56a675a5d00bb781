// SPDX-License-Identifier: Apache-2.0
#include "harness/core/value.h"

#include <array>
#include <charconv>
#include <cmath>

#include "harness/core/error.h"

namespace assay {

std::string shortest(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  std::array<char, 40> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end};
}

std::string milliseconds_text(std::int64_t ns) {
  const std::int64_t whole_us = ns / 1000;
  return shortest(static_cast<double>(whole_us) / 1000) + " ms";
}

std::string to_string(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  std::string text = shortest(std::get<double>(value));
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

std::optional<double> parse_real(std::string_view text) {
  double real = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, real);
  if (error != std::errc{} || stop != end || !std::isfinite(real)) return std::nullopt;
  return real;
}

Value parse_value(std::string_view text) {
  const char* end = text.data() + text.size();
  std::int64_t integer = 0;
  if (auto [stop, error] = std::from_chars(text.data(), end, integer);
      error == std::errc{} && stop == end && std::to_string(integer) == text) {
    return integer;
  }
  // Only what prints back as the same text is a real: "007" and a hash such as "12e4..." are names.
  if (const auto real = parse_real(text); real && to_string(Value{*real}) == text) return *real;
  return std::string(text);
}

namespace {

const Value& find(const Params& params, const std::string& key) {
  const auto found = params.find(key);
  if (found == params.end()) throw Error(ErrorCode::usage, "parameter '" + key + "' is missing");
  return found->second;
}

Error wrong_type(const std::string& key, const Value& value, const char* expected) {
  return {ErrorCode::usage, "parameter '" + key + "' is '" + to_string(value) + "', expected " + expected};
}

}  // namespace

std::int64_t get_integer(const Params& params, const std::string& key) {
  const Value& value = find(params, key);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  throw wrong_type(key, value, "an integer");
}

double get_real(const Params& params, const std::string& key) {
  const Value& value = find(params, key);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  throw wrong_type(key, value, "a number");
}

std::string get_text(const Params& params, const std::string& key) {
  const Value& value = find(params, key);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  throw wrong_type(key, value, "a name");
}

}  // namespace assay
