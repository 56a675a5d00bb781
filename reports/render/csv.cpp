// SPDX-License-Identifier: Apache-2.0
#include "reports/render/csv.h"

#include <array>
#include <charconv>
#include <string_view>

#include "reports/document/words.h"

namespace assay::reports {

namespace {

/// A spreadsheet takes text that begins with one of `=+-@`, tab, CR or LF as a formula; a single quote before
/// it keeps it text (OWASP, "CSV injection").
std::string field(const std::string& text) {
  const bool formula =
      !text.empty() && std::string_view("=+-@\t\r\n").find(text.front()) != std::string_view::npos;
  if (!formula && text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = formula ? "\"'" : "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string shortest(double value) {
  std::array<char, 64> buffer{};
  return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

/// value, unit, low, high, text
struct Written {
  std::string operator()(const std::string& text) const { return ",,,," + field(text); }
  std::string operator()(const Name& name) const { return ",,,," + field(name.text); }
  std::string operator()(const Word& word) const { return ",,,," + field(word.text); }
  std::string operator()(const Absent& absent) const { return ",,,," + field(absent.reason); }
  std::string operator()(const Number& number) const {
    return shortest(number.value) + "," + field(number.unit) + "," +
           (number.low ? shortest(*number.low) : "") + "," + (number.high ? shortest(*number.high) : "") +
           ",";
  }
};

struct Lines {
  std::string out = "table,key,column,value,unit,low,high,text\r\n";

  void add(const std::string& table, const std::string& key, const std::string& column, const Cell& cell) {
    out += field(table) + "," + field(key) + "," + field(column) + "," + std::visit(Written{}, cell.value) +
           "\r\n";
  }
  void add(const Table& table) {
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      const auto& row = table.rows[r];
      std::string key;
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (table.columns[i].key) key += (key.empty() ? "" : " ") + cell_text(row[i]);
      }
      if (key.empty()) key = std::to_string(r + 1);
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (!table.columns[i].key) add(table.title, key, table.columns[i].title, row[i]);
      }
    }
  }
  void add(const std::vector<Block>& blocks) {
    for (const auto& block : blocks) {
      if (const auto* table = std::get_if<Table>(&block.form)) add(*table);
      if (const auto* folded = std::get_if<Folded>(&block.form)) add(folded->blocks);
    }
  }
};

}  // namespace

std::string to_csv(const Document& document) {
  Lines lines;
  lines.add("answer", "", "", {document.answer});
  for (const auto& figure : document.figures) lines.add("answer", figure.label, figure.note, figure.cell);
  for (const auto& caveat : document.caveats) lines.add("caveat", caveat.code, "", {caveat.text});
  for (const auto& section : document.sections) lines.add(section.blocks);
  lines.add(document.environment);
  return lines.out;
}

}  // namespace assay::reports
