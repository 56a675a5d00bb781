// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/table.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/core/text.h"

namespace assay::cli {

namespace {

constexpr std::size_t gap = 2;

std::string pad(const std::string& text, std::size_t width, bool right) {
  const std::size_t have = columns(text);
  const std::string space(width > have ? width - have : 0, ' ');
  return right ? space + text : text + space;
}

}  // namespace

std::string Table::text(std::size_t width) const {
  std::vector<std::vector<std::string>> cells;
  for (const auto& row : rows_) {
    auto& safe = cells.emplace_back();
    for (std::size_t c = 0; c < columns_.size(); ++c)
      safe.push_back(printable(c < row.size() ? row[c] : "", 200));
  }
  std::vector<std::size_t> widths;
  std::vector<std::size_t> shown;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    std::size_t widest = 0;
    for (const auto& row : cells) widest = std::max(widest, columns(row[c]));
    widths.push_back(std::max(widest, columns(columns_[c].title)));
    if (widest > 0 || rows_.empty()) shown.push_back(c);  // a column without a single value says nothing
  }
  const auto total = [&] {
    std::size_t sum = 0;
    for (const auto c : shown) sum += widths[c] + gap;
    return sum > 0 ? sum - gap : 0;
  };
  std::string dropped;
  while (width > 0 && total() > width) {
    const auto least = std::min_element(shown.rbegin(), shown.rend(), [&](std::size_t a, std::size_t b) {
      return columns_[a].importance < columns_[b].importance;
    });
    if (columns_[*least].importance >= always) break;
    dropped = columns_[*least].title + (dropped.empty() ? "" : ", ") + dropped;
    shown.erase(std::next(least).base());
  }
  std::string out;
  const auto line = [&](const auto& cell) {
    std::string text;
    for (std::size_t i = 0; i < shown.size(); ++i) {
      text += pad(cell(shown[i]), widths[shown[i]], columns_[shown[i]].right);
      if (i + 1 < shown.size()) text += std::string(gap, ' ');
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  };
  line([&](std::size_t c) { return columns_[c].title; });
  for (const auto& row : cells) {
    line([&](std::size_t c) { return row[c]; });
  }
  if (!dropped.empty())
    out += "(narrow terminal; not shown: " + dropped + "; all columns: widen it, or pipe into 'less -S')\n";
  return out;
}

std::string Table::json(const std::string& name) const {
  nlohmann::ordered_json document{{"schema_version", 1}, {name, nlohmann::ordered_json::array()}};
  for (const auto& row : rows_) {
    nlohmann::ordered_json object;
    for (std::size_t c = 0; c < columns_.size(); ++c)
      object[columns_[c].title] = c < row.size() ? row[c] : "";
    document[name].push_back(std::move(object));
  }
  return document.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace assay::cli
