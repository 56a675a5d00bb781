// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/toml_reader.h"

#include <cmath>

#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/core/text.h"

namespace assay::judge_detail {

toml::table parse_toml(std::string_view text, const std::string& origin, const std::string& what) {
  try {
    return toml::parse(text, origin);
  } catch (const toml::parse_error& error) {
    throw Error(
        ErrorCode::bad_input,
        origin + ":" + std::to_string(error.source().begin.line) + ": " + std::string(error.description()),
        what + " is a TOML file");
  }
}

void TomlReader::read(const toml::table& table) const {
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    const auto found = keys_.find(name);
    if (found != keys_.end()) {
      at_ = name;
      found->second(node);
      at_.clear();
      continue;
    }
    std::vector<std::string> known;
    for (const auto& [other, take] : keys_) known.push_back(other);
    fail(node, "'" + printable(name, 60) + "' is not a key" + (table_.empty() ? "" : " of " + table_),
         suggest(name, known));
  }
}

void TomlReader::fail(const toml::node& node, const std::string& what, const std::string& remedy) const {
  throw Error(ErrorCode::bad_input,
              origin_ + ":" + std::to_string(node.source().begin.line) + ": " +
                  (at_.empty() ? "" : at_ + ": ") + what,
              remedy);
}

std::string TomlReader::text(const toml::node& node, const char* what) const {
  const auto value = node.value<std::string>();
  if (!node.is_string() || !value || value->empty())
    fail(node, std::string("expected ") + what, "write it in quotes");
  return *value;
}

bool TomlReader::flag(const toml::node& node) const {
  if (!node.is_boolean()) fail(node, "expected true or false", "");
  return *node.value<bool>();
}

double TomlReader::share(const toml::node& node, double most, Zero zero) const {
  std::optional<double> value;
  if (node.is_number()) value = node.value<double>();
  if (const auto given = node.value<std::string>(); node.is_string() && given) {
    const bool percent = given->ends_with('%');
    value = parse_real(percent ? given->substr(0, given->size() - 1) : *given);
    if (value && percent) *value /= 100;
  }
  const bool large_enough = value && (*value > 0 || (*value == 0 && zero == Zero::may));
  if (!large_enough || *value > most)
    fail(node,
         std::string("expected a share ") + (zero == Zero::may ? "from 0 on" : "above 0") + ", at most " +
             shortest(most),
         "write \"0.5%\" or 0.005");
  return *value;
}

std::int64_t TomlReader::count(const toml::node& node, std::int64_t lowest, std::int64_t highest) const {
  const auto value = node.value<std::int64_t>();
  if (!node.is_integer() || !value || *value < lowest || *value > highest)
    fail(node, "expected a number from " + std::to_string(lowest) + " to " + std::to_string(highest), "");
  return *value;
}

double TomlReader::number(const toml::node& node, double lowest, const char* what) const {
  const auto value = node.value<double>();
  if (!node.is_number() || !value || !std::isfinite(*value) || *value < lowest)
    fail(node, std::string("expected ") + what + ", a number from " + shortest(lowest) + " on",
         "write it without quotes");
  return *value;
}

bool TomlReader::fails(const toml::node& node) const {
  const std::string word = text(node, "\"warn\" or \"fail\"");
  if (word != "warn" && word != "fail")
    fail(node, "'" + printable(word, 40) + "' is not known", "expected \"warn\" or \"fail\"");
  return word == "fail";
}

Selector TomlReader::select(const toml::node& node) const {
  try {
    return parse_selector(text(node, "a selector"));
  } catch (const Error& error) {
    if (error.code == ErrorCode::bad_input) throw;
    fail(node, error.what(), error.remedy);
  }
}

Selector TomlReader::measured(const toml::node& node) const {
  Selector selector = select(node);
  if (selector.params.contains("preset"))
    fail(node, "results know no presets", "write out its parameters: 'width=1920&height=1080'");
  return selector;
}

Day TomlReader::day(const toml::node& node) const {
  const auto date = node.value<toml::date>();
  if (!node.is_date() || !date) fail(node, "expected a date", "write 2026-12-31, without quotes");
  return {date->year, date->month, date->day};
}

Quantity TomlReader::quantity(const toml::node& node, const char* example) const {
  if (node.is_number()) return {number(node, 0, "a limit"), ""};
  const std::string given = text(node, "a limit");
  const auto value = parse_quantity(given);
  if (!value)
    fail(node, "'" + printable(given, 60) + "' is no number with a unit",
         std::string("write it like ") + example);
  return *value;
}

std::vector<std::string> TomlReader::texts(const toml::node& node) const {
  std::vector<std::string> all;
  const auto* list = node.as_array();
  if (list == nullptr) fail(node, "expected a list", "write [\"...\", \"...\"]");
  for (const auto& item : *list) all.push_back(text(item, "a text"));
  return all;
}

void TomlReader::tables(const toml::node& node, const std::function<void(const toml::table&)>& take) const {
  const auto* list = node.as_array();
  if (list == nullptr || !node.is_array_of_tables()) fail(node, "expected tables", "write it as [[...]]");
  for (const auto& item : *list) take(*item.as_table());
}

}  // namespace assay::judge_detail
