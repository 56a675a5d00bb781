// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/tensor.h"
#include "harness/inputs/limits.h"

namespace assay::inputs {

/// The columns of a CSV file that were asked for, one one-dimensional tensor a role, all of the same length.
struct Table {
  std::vector<Tensor> columns;  ///< named by role, in the order of the roles
  std::size_t rows = 0;         ///< kept
  std::size_t dropped = 0;      ///< rows left out because a cell of an asked-for column is missing
  std::vector<std::string>
      notes;  ///< what a reader should know, a sentence each: rows dropped, how text was encoded
};

/// A CSV file with a header row (RFC 4180: quotes, doubled quotes, line ends in quotes; LF or CRLF; a UTF-8
/// byte-order mark is skipped; unquoted spaces around a cell do not belong to it).
///
/// `roles`: role -> name of the column. A column whose cells are all whole numbers of 64 bits becomes i64,
/// all numbers f64, anything else text: i32 codes in order of first appearance among the rows kept. A missing
/// cell is an empty one, and, in a column that is otherwise numeric, NA, N/A, NaN, null or None; rows with a
/// missing cell in an asked-for column are dropped and counted. \throws Error{bad_input} naming the file, the
/// row and what was expected: no such column (with all that there are), a row of another length, an open
/// quote, bytes that are no text, no rows left, beyond the limits.
Table read_csv(const std::string& path, const std::map<std::string, std::string>& roles,
               const Limits& limits = {});

/// The same, fed piece by piece: construct, add() every piece in order, finish() once. `name` stands for the
/// file.
class CsvReader {
 public:
  CsvReader(std::string name, const std::map<std::string, std::string>& roles, const Limits& limits = {});
  ~CsvReader();
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;
  void add(std::string_view piece);
  Table finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Names of the columns, from the header row.
std::vector<std::string> csv_columns(const std::string& path, const Limits& limits = {});

}  // namespace assay::inputs
