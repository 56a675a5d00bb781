// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay::gui {

/// What a cell's colour says beside its words.
enum class Tone : unsigned char { plain, good, bad, muted };

struct Cell {
  std::string text;              ///< untrusted
  std::optional<double> number;  ///< what it is sorted by; absent: by its text, behind those that have one
  Tone tone = Tone::plain;
};

struct Column {
  std::string title;
  bool right = false;  ///< figures
  bool wide = false;   ///< takes the room that is left
};

/// Both ends belong to it.
struct Range {
  double low = 0;
  double high = 0;
  bool holds(double value) const { return low <= value && value <= high; }
  friend bool operator==(const Range&, const Range&) = default;
};

struct TableRow {
  std::string id;  ///< what the row stands for, unique in its table; may be empty where nothing is selected
  std::vector<Cell> cells;                    ///< one a column
  std::map<std::string, std::string> fields;  ///< by the filter's keys: family, device, case, state, ...
  bool minor = false;                         ///< shown only when everything is
  /// By the filter's keys of ranges, from the first to the last of what the row stands for: time (ms since
  /// 1970), commits (places). A range that is asked for holds a row that it touches.
  std::map<std::string, Range> ranges = {};
};

/// What a table shows, immutable once it is made. Text that views, exports and tests have alike.
struct Table {
  std::vector<Column> columns;
  std::vector<TableRow> rows;
  std::string empty = "Nothing to show";  ///< what to say, and what to do, where no row is
};

/// The order of names that people read: figures in them by their value, "1024" before "10240" (strverscmp).
struct NaturalLess {
  bool operator()(const std::string& a, const std::string& b) const;
};

/// RFC 4180, UTF-8, with a line of titles; a cell that a spreadsheet would take for a formula gets a "'"
/// before it. `order`: indices of the rows.
std::string csv(const Table& table, const std::vector<int>& order);
/// A table in Markdown: what has a meaning there is escaped.
std::string markdown(const Table& table, const std::vector<int>& order);
/// Indices of all rows.
std::vector<int> all_rows(const Table& table);

}  // namespace assay::gui
