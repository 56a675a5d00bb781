// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace assay::cli {

constexpr int always = 9;  ///< the importance of a column that is never dropped

/// A text table for terminals and pipes: the same columns in both. Cells are made printable here, so whatever
/// a worker or a database holds can be put in. A table wider than `width` drops its least important columns
/// and says which; columns of importance `always` stay, and the terminal breaks their lines.
struct Column {
  std::string title;
  bool right = false;  ///< numbers
  int importance = 0;  ///< the smallest goes first when the terminal is narrow; ties: the rightmost
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }

  /// `width`: terminal columns; 0: as wide as it gets.
  std::string text(std::size_t width) const;

  /// {"schema_version": 1, "<name>": [{"<title>": "<cell>", ...}, ...]}: the cells as shown, unescaped.
  std::string json(const std::string& name) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace assay::cli
