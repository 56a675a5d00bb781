// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/prices.h"

#include <algorithm>
#include <chrono>

#include "harness/core/text.h"
#include "harness/judge/toml_reader.h"

namespace assay {

namespace {

using Reader = judge_detail::TomlReader;

constexpr double hours_a_day = 24;
constexpr double hours_a_year = 365.25 * hours_a_day;

/// "3y", "18 months", "20000h".
double lifetime(const Reader& reader, const toml::node& node) {
  const std::string given = reader.text(node, "a time");
  const auto digits = given.find_first_not_of("0123456789.");
  const auto value = parse_real(given.substr(0, digits));
  std::string unit = digits == std::string::npos ? "" : given.substr(digits);
  std::erase(unit, ' ');
  const double hours = unit == "y" ? hours_a_year : unit == "d" ? hours_a_day : unit == "h" ? 1 : 0;
  if (!value || !(*value > 0) || hours == 0)
    reader.fail(node, "'" + printable(given, 60) + "' is no lifetime", "write \"3y\", \"90d\" or \"20000h\"");
  return *value * hours;
}

Price read_price(const toml::table& table, const std::string& origin) {
  Price price;
  bool has_date = false, by_hour = false;
  Reader reader(origin, "[[price]]");
  reader.add("host", [&](const toml::node& node) { price.host = reader.text(node, "a host"); });
  reader.add("amount", [&](const toml::node& node) { price.amount = reader.number(node, 0, "an amount"); });
  reader.add("currency", [&](const toml::node& node) { price.currency = reader.text(node, "a currency"); });
  reader.add("source", [&](const toml::node& node) { price.source = reader.text(node, "a source"); });
  reader.add("date", [&](const toml::node& node) {
    price.date = reader.day(node);
    has_date = true;
  });
  reader.add("per", [&](const toml::node& node) {
    if (reader.text(node, "\"hour\"") != "hour") reader.fail(node, "expected \"hour\"", "or to_buy = true");
    by_hour = true;
  });
  reader.add("to_buy", [&](const toml::node& node) { price.to_buy = reader.flag(node); });
  reader.add("lifetime", [&](const toml::node& node) { price.lifetime_hours = lifetime(reader, node); });
  reader.read(table);
  if (price.host.empty() || price.currency.empty() || price.source.empty() || !has_date ||
      !(price.amount > 0))
    reader.fail(table, "[[price]] needs host, amount, currency, date and source",
                "a price that nobody can check decides nothing");
  if (by_hour == price.to_buy || price.to_buy != (price.lifetime_hours > 0))
    reader.fail(table, "[[price]] is per hour, or to buy with a lifetime",
                "per = \"hour\", or to_buy = true and lifetime = \"3y\"");
  return price;
}

std::chrono::sys_days sys_days_of(Day day) {
  return std::chrono::year{day.year} / std::chrono::month{day.month} / std::chrono::day{day.day};
}

}  // namespace

Prices parse_prices(std::string_view toml, const std::string& origin) {
  Prices prices;
  prices.origin = origin;
  const toml::table file = judge_detail::parse_toml(toml, origin, "a file of prices");
  Reader reader(origin, "");
  reader.add("price", [&](const toml::node& node) {
    reader.tables(node, [&](const toml::table& table) { prices.all.push_back(read_price(table, origin)); });
  });
  reader.read(file);
  if (prices.all.empty()) reader.fail(file, "there is no [[price]] in it", "write one for each host");
  return prices;
}

const Price* price_of(const Prices& prices, const std::vector<std::string>& names) {
  for (const Price& price : prices.all) {
    const bool matches = std::any_of(names.begin(), names.end(),
                                     [&](const std::string& name) { return glob_match(price.host, name); });
    if (matches) return &price;
  }
  return nullptr;
}

int days_between(Day from, Day to) { return static_cast<int>((sys_days_of(to) - sys_days_of(from)).count()); }

}  // namespace assay
