// SPDX-License-Identifier: Apache-2.0
#include "gui/model/table.h"

#include <cstring>
#include <numeric>

#include "harness/core/csv.h"
#include "reports/chart/label.h"

namespace assay::gui {

namespace {

std::string markdown_cell(const std::string& text) {
  std::string out;
  for (const char c : chart::cleaned(text)) {
    if (std::string("\\`*_{}[]<>|#").find(c) != std::string::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

bool NaturalLess::operator()(const std::string& a, const std::string& b) const {
  const int order = ::strverscmp(a.c_str(), b.c_str());
  return order != 0 ? order < 0 : a < b;  // behind a NUL, too
}

std::vector<int> all_rows(const Table& table) {
  std::vector<int> order(table.rows.size());
  std::iota(order.begin(), order.end(), 0);
  return order;
}

std::string csv(const Table& table, const std::vector<int>& order) {
  std::string out;
  const auto add = [&](std::size_t i, const std::string& text) {
    out += (i > 0 ? "," : "") + csv_field(text);
  };
  for (std::size_t i = 0; i < table.columns.size(); ++i) add(i, table.columns[i].title);
  out += "\r\n";
  for (const int row : order) {
    const auto& cells = table.rows[static_cast<std::size_t>(row)].cells;
    for (std::size_t i = 0; i < cells.size(); ++i) add(i, cells[i].text);
    out += "\r\n";
  }
  return out;
}

std::string markdown(const Table& table, const std::vector<int>& order) {
  std::string out = "|";
  for (const Column& column : table.columns) out += " " + markdown_cell(column.title) + " |";
  out += "\n|";
  for (const Column& column : table.columns) out += column.right ? " ---: |" : " --- |";
  for (const int row : order) {
    out += "\n|";
    for (const Cell& cell : table.rows[static_cast<std::size_t>(row)].cells)
      out += " " + markdown_cell(cell.text) + " |";
  }
  return out + "\n";
}

}  // namespace assay::gui
