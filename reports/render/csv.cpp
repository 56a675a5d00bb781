// SPDX-License-Identifier: Apache-2.0
#include "reports/render/csv.h"

#include "harness/core/csv.h"
#include "harness/core/value.h"
#include "reports/document/words.h"

namespace assay::reports {

namespace {

/// value, unit, low, high, text
struct Written {
  std::string operator()(const std::string& text) const { return ",,,," + csv_field(text); }
  std::string operator()(const Name& name) const { return ",,,," + csv_field(name.text); }
  std::string operator()(const Word& word) const { return ",,,," + csv_field(word.text); }
  std::string operator()(const Absent& absent) const { return ",,,," + csv_field(absent.reason); }
  std::string operator()(const Number& number) const {
    return shortest(number.value) + "," + csv_field(number.unit) + "," +
           (number.low ? shortest(*number.low) : "") + "," + (number.high ? shortest(*number.high) : "") +
           ",";
  }
};

struct Lines {
  std::string out = "table,key,column,value,unit,low,high,text\r\n";

  void add(const std::string& table, const std::string& key, const std::string& column, const Cell& cell) {
    out += csv_field(table) + "," + csv_field(key) + "," + csv_field(column) + "," +
           std::visit(Written{}, cell.value) + "\r\n";
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
