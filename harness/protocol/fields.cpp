// SPDX-License-Identifier: Apache-2.0
#include "harness/protocol/fields.h"

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/protocol/messages.h"

namespace assay::protocol {

namespace {

constexpr int max_depth = 16;

std::string type_of(const Json& value) {
  const std::string name = value.type_name();
  return value.is_null() ? name : (name == "array" || name == "object" ? "an " : "a ") + name;
}

/// Depth of nesting, found without building anything.
int depth_of(std::string_view line) {
  int depth = 0;
  int deepest = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '[' || c == '{') {
      deepest = std::max(deepest, ++depth);
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return deepest;
}

bool is_int64(const Json& value) {
  return value.is_number_integer() &&
         !(value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX});
}

std::string limits(std::int64_t low, std::int64_t high) {
  return "an integer from " + std::to_string(low) + " to " + std::to_string(high);
}

}  // namespace

void Field::fail(const std::string& what) const {
  throw Error(ErrorCode::protocol, path_.empty() ? what : path_ + " " + what);
}

Field Field::at(const std::string& key) const {
  if (auto field = find(key)) return *field;
  throw Error(ErrorCode::protocol, (path_.empty() ? "" : path_ + ".") + key + " is missing");
}

std::optional<Field> Field::find(const std::string& key) const {
  if (!value_->is_object()) fail("is " + type_of(*value_) + ", expected an object");
  const auto found = value_->find(key);
  if (found == value_->end() || found->is_null()) return std::nullopt;
  return Field(*found, path_.empty() ? key : path_ + "." + key);
}

std::vector<Field> Field::items(std::size_t max) const {
  if (!value_->is_array()) fail("is " + type_of(*value_) + ", expected an array");
  if (value_->size() > max) {
    fail("has " + std::to_string(value_->size()) + " entries, at most " + std::to_string(max) +
         " are allowed");
  }
  std::vector<Field> fields;
  fields.reserve(value_->size());
  for (const auto& item : *value_)
    fields.emplace_back(item, path_ + "[" + std::to_string(fields.size()) + "]");
  return fields;
}

std::vector<std::pair<std::string, Field>> Field::members(std::size_t max) const {
  if (!value_->is_object()) fail("is " + type_of(*value_) + ", expected an object");
  if (value_->size() > max) {
    fail("has " + std::to_string(value_->size()) + " entries, at most " + std::to_string(max) +
         " are allowed");
  }
  std::vector<std::pair<std::string, Field>> fields;
  for (const auto& [key, item] : value_->items()) {
    const std::string safe = printable(key, max_name_bytes);
    if (key.empty() || key != safe) fail("has the key '" + safe + "', which is not a name");
    fields.emplace_back(key, Field(item, path_ + "." + key));
  }
  return fields;
}

bool Field::boolean() const {
  if (!value_->is_boolean()) fail("is " + type_of(*value_) + ", expected true or false");
  return value_->get<bool>();
}

std::int64_t Field::integer(std::int64_t low, std::int64_t high) const {
  if (!value_->is_number()) fail("is " + type_of(*value_) + ", expected " + limits(low, high));
  if (!is_int64(*value_)) fail("is " + value_->dump() + ", expected " + limits(low, high));
  const auto number = value_->get<std::int64_t>();
  if (number < low || number > high) fail("is " + std::to_string(number) + ", expected " + limits(low, high));
  return number;
}

double Field::real(double low, double high) const {
  if (!value_->is_number()) fail("is " + type_of(*value_) + ", expected a number");
  const auto number = value_->get<double>();
  if (!std::isfinite(number) || number < low || number > high) {
    fail("is " + shortest(number) + ", expected a number from " + shortest(low) + " to " + shortest(high));
  }
  return number;
}

std::string Field::raw(std::size_t max) const {
  if (!value_->is_string()) fail("is " + type_of(*value_) + ", expected a text");
  const auto& text = value_->get_ref<const std::string&>();
  if (text.size() > max) {
    fail("has " + std::to_string(text.size()) + " bytes, at most " + std::to_string(max) + " are allowed");
  }
  return text;
}

std::string Field::name() const {
  std::string text = raw(max_name_bytes);
  if (text.empty()) fail("is empty, expected a name");
  const std::string safe = printable(text);
  if (safe != text) fail("is '" + safe + "': control characters are not allowed in a name");
  return text;
}

std::string Field::text() const {
  std::string text = printable(raw(max_text_bytes), 8 * max_text_bytes);
  if (text.size() > max_text_bytes) {  // escapes made it longer: cut it between two characters
    std::size_t end = max_text_bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
  }
  return text;
}

Value Field::value() const {
  if (value_->is_string()) {
    std::string text = raw(max_name_bytes);
    const std::string safe = printable(text);
    if (safe != text) fail("is '" + safe + "': control characters are not allowed in a value");
    return text;
  }
  if (is_int64(*value_)) return value_->get<std::int64_t>();
  if (value_->is_number_float()) return real(-1e308, 1e308);
  if (value_->is_number()) fail("is beyond 64 bits");
  fail("is " + type_of(*value_) + ", expected an integer, a number or a text");
}

std::vector<std::int64_t> Field::integers(std::int64_t low, std::int64_t high, std::size_t max) const {
  if (!value_->is_array()) fail("is " + type_of(*value_) + ", expected an array of integers");
  if (value_->size() > max) {
    fail("has " + std::to_string(value_->size()) + " values, at most " + std::to_string(max) +
         " are allowed");
  }
  std::vector<std::int64_t> numbers;
  numbers.reserve(value_->size());
  for (const auto& item : *value_) {
    const bool good = is_int64(item) && item.get<std::int64_t>() >= low && item.get<std::int64_t>() <= high;
    if (!good) Field(item, path_ + "[" + std::to_string(numbers.size()) + "]").integer(low, high);
    numbers.push_back(item.get<std::int64_t>());
  }
  return numbers;
}

std::vector<double> Field::reals(std::size_t max) const {
  std::vector<double> numbers;
  for (const auto& item : items(max)) numbers.push_back(item.real(-1e300, 1e300));
  return numbers;
}

std::map<std::string, std::string> Field::facts() const {
  std::map<std::string, std::string> facts;
  for (const auto& [key, item] : members(1024)) facts[key] = item.text();
  return facts;
}

Params Field::params() const {
  Params params;
  for (const auto& [key, item] : members(256)) params[key] = item.value();
  return params;
}

std::string Field::text_or(const std::string& key, const std::string& absent) const {
  const auto field = find(key);
  return field ? field->text() : absent;
}

std::string Field::name_or(const std::string& key, const std::string& absent) const {
  const auto field = find(key);
  return field ? field->name() : absent;
}

std::vector<Field> Field::items_or_none(const std::string& key, std::size_t max) const {
  const auto field = find(key);
  return field ? field->items(max) : std::vector<Field>{};
}

Json parse_line(std::string_view line, const std::string& who) {
  if (line.size() > max_line_bytes) {
    throw Error(ErrorCode::protocol, who + " has " + std::to_string(line.size()) +
                                         " bytes, a line may have " + std::to_string(max_line_bytes));
  }
  if (depth_of(line) > max_depth) {
    throw Error(ErrorCode::protocol, who + " is nested deeper than " + std::to_string(max_depth) + " levels");
  }
  try {
    Json value = Json::parse(line);
    if (!value.is_object())
      throw Error(ErrorCode::protocol, who + " is " + type_of(value) + ", expected an object");
    return value;
  } catch (const Json::exception&) {
    throw Error(ErrorCode::protocol, who + " is not JSON: " + printable(line, 80),
                "one JSON object a line on standard output, and nothing else; logs go to standard error");
  }
}

std::string dump_line(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json to_json(const Params& params) {
  Json object = Json::object();
  for (const auto& [key, value] : params) {
    std::visit([&, &name = key](const auto& v) { object[name] = v; }, value);
  }
  return object;
}

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::array<std::int8_t, 256> base64_values() {
  std::array<std::int8_t, 256> table{};
  table.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return table;
}

}  // namespace

std::vector<std::byte> decode_base64(std::string_view text, const std::string& path) {
  static const auto table = base64_values();
  const auto bad = [&](const std::string& what) {
    return Error(ErrorCode::protocol, path + " is not base64: " + what);
  };
  if (text.size() % 4 != 0) throw bad("its length is not a multiple of 4");
  std::vector<std::byte> bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    const int padding = last ? (text[i + 3] == '=') + (text[i + 2] == '=' && text[i + 3] == '=') : 0;
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const bool pad = static_cast<int>(k) >= 4 - padding;
      const int value = pad ? 0 : table[static_cast<unsigned char>(text[i + k])];
      if (value < 0) throw bad("byte " + std::to_string(i + k));
      bits = bits << 6 | static_cast<std::uint32_t>(value);
    }
    if ((padding == 1 && (bits & 0xFFu) != 0) || (padding == 2 && (bits & 0xFFFFu) != 0)) {
      throw bad("bits after its end");
    }
    for (int k = 0; k < 3 - padding; ++k)
      bytes.push_back(static_cast<std::byte>(bits >> (16 - 8 * k) & 0xFFu));
  }
  return bytes;
}

std::string encode_base64(const std::byte* data, std::size_t bytes) {
  std::string text;
  text.reserve((bytes + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes; i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      bits = bits << 8 | (i + k < bytes ? std::to_integer<std::uint32_t>(data[i + k]) : 0u);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k > bytes ? '=' : alphabet[bits >> (18 - 6 * k) & 63u];
    }
  }
  return text;
}

}  // namespace assay::protocol
