// SPDX-License-Identifier: Apache-2.0
#include "harness/inputs/column.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>

namespace assay::inputs {

namespace {

template <typename T>
std::optional<T> parse(std::string_view text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::optional<double> parse_real(std::string_view text) {
  const auto value = parse<double>(text);
  if (!value.has_value() || !std::isfinite(*value)) return std::nullopt;
  return value;
}

bool is_missing_word(std::string_view text) {
  constexpr std::array<std::string_view, 8> words{"NA", "N/A", "NaN", "nan", "null", "NULL", "None", "none"};
  return std::find(words.begin(), words.end(), text) != words.end();
}

template <typename T, typename Convert>
Tensor collect(const std::string& name, const std::vector<bool>& dropped, const Convert& convert) {
  std::vector<T> values;
  values.reserve(dropped.size());
  for (std::size_t row = 0; row < dropped.size(); ++row) {
    if (!dropped[row]) values.push_back(convert(row));
  }
  return Tensor::from<T>(name, {static_cast<std::int64_t>(values.size())}, values);
}

}  // namespace

void Column::decide() {
  dtype_ = DType::i64;
  bool any_number = false;
  for (std::size_t row = 0; row < rows(); ++row) {
    const std::string_view text = cell(row);
    if (text.empty() || is_missing_word(text)) continue;
    if (dtype_ == DType::i64 && parse<std::int64_t>(text).has_value()) {
      any_number = true;
      continue;
    }
    if (!parse_real(text).has_value()) {
      dtype_ = DType::i32;
      return;
    }
    dtype_ = DType::f64;
    any_number = true;
  }
  if (!any_number) dtype_ = DType::i32;  // nothing but words like NA: text, so far as one can tell
}

bool Column::is_missing(std::size_t row) const {
  const std::string_view text = cell(row);
  return text.empty() || (dtype_ != DType::i32 && is_missing_word(text));
}

Tensor Column::values(const std::string& name, const std::vector<bool>& dropped,
                      std::size_t& distinct) const {
  distinct = 0;
  if (dtype_ == DType::i64) {
    return collect<std::int64_t>(name, dropped,
                                 [&](std::size_t row) { return parse<std::int64_t>(cell(row)).value(); });
  }
  if (dtype_ == DType::f64) {
    return collect<double>(name, dropped, [&](std::size_t row) { return parse_real(cell(row)).value(); });
  }
  std::unordered_map<std::string_view, std::int32_t> codes;
  Tensor tensor = collect<std::int32_t>(name, dropped, [&](std::size_t row) {
    return codes.emplace(cell(row), static_cast<std::int32_t>(codes.size())).first->second;
  });
  distinct = codes.size();
  return tensor;
}

}  // namespace assay::inputs
