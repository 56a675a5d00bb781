// SPDX-License-Identifier: Apache-2.0
#include <csv.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/core/text.h"
#include "harness/inputs/column.h"
#include "harness/inputs/csv.h"

namespace assay::inputs {

namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

constexpr std::size_t piece_bytes = std::size_t{1} << 20;
constexpr const char* expected = "expected a CSV table: a row of column names, then rows of as many cells";

Error table_error(const std::string& name, const std::string& what, const std::string& remedy = expected) {
  return {ErrorCode::bad_input, name + ": " + what, remedy};
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + printable(name, 80);
  return printable(text, 2000);
}

File open_table(const std::string& path, const Limits& limits) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) throw table_error(path, std::strerror(errno));
  // Before it is opened: opening a pipe waits for a writer.
  if (!S_ISREG(facts.st_mode)) throw table_error(path, "is not a regular file");
  File file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) throw table_error(path, std::strerror(errno));
  if (static_cast<std::uint64_t>(facts.st_size) > limits.csv_file_bytes) {
    throw table_error(path,
                      "has " + std::to_string(facts.st_size) + " bytes; at most " +
                          std::to_string(limits.csv_file_bytes) + " are read",
                      "give a part of it, for example with head -n");
  }
  return file;
}

}  // namespace

struct CsvReader::State {
  std::string name;
  std::map<std::string, std::string> roles;
  Limits limits;
  csv_parser parser{};
  std::string head;            ///< the first bytes, until it is clear whether they are a byte-order mark
  bool started = false;        ///< then
  std::exception_ptr failure;  ///< from a callback: it must not fly through C

  std::vector<std::string> header;
  bool header_done = false;
  std::size_t cells = 0;                        ///< of the row being read
  std::size_t rows = 0;                         ///< read so far, without the header
  std::vector<std::optional<std::size_t>> use;  ///< header column -> index in `columns`
  std::vector<Column> columns;
  std::map<std::string, std::size_t> of_name;  ///< column name -> index in `columns`

  ~State() { csv_free(&parser); }

  void field(std::string_view text) {
    if (!header_done) {
      if (header.size() == limits.csv_columns) {
        throw table_error(name, "has more than " + std::to_string(limits.csv_columns) + " columns");
      }
      header.emplace_back(text);
      return;
    }
    if (cells < use.size() && use[cells].has_value()) columns[*use[cells]].add(text);
    ++cells;
  }

  void row_end() {
    if (!header_done) {
      bind();
      header_done = true;
      return;
    }
    ++rows;
    if (cells != header.size()) {
      throw table_error(name, "row " + std::to_string(rows) + " has " + std::to_string(cells) +
                                  " cells, the header " + std::to_string(header.size()));
    }
    cells = 0;
    if (rows > limits.csv_rows) {
      throw table_error(name, "has more than " + std::to_string(limits.csv_rows) + " rows");
    }
    std::size_t held = 0;
    for (const Column& column : columns) held += column.bytes();
    if (held > limits.csv_kept_bytes) {
      throw table_error(
          name, "the columns asked for hold more than " + std::to_string(limits.csv_kept_bytes) + " bytes",
          "give a part of it, for example with head -n");
    }
  }

  void bind() {
    use.resize(header.size());
    for (const auto& [role, column] : roles) {
      const auto found = std::find(header.begin(), header.end(), column);
      if (found == header.end()) {
        throw table_error(name, "role '" + role + "': there is no column '" + printable(column, 80) + "'",
                          suggest(column, header) + "; the columns are: " + listed(header));
      }
      if (std::count(header.begin(), header.end(), column) > 1) {
        throw table_error(name, "there is more than one column '" + printable(column, 80) + "'",
                          "rename one of them");
      }
      const auto at = static_cast<std::size_t>(found - header.begin());
      if (!use[at].has_value()) {
        use[at] = columns.size();
        of_name[column] = columns.size();
        columns.emplace_back();
      }
    }
  }

  template <typename F>
  void guarded(const F& step) {
    if (failure) return;
    try {
      step();
    } catch (...) {
      failure = std::current_exception();
    }
  }

  static void on_field(void* text, std::size_t bytes, void* self) {
    auto* state = static_cast<State*>(self);
    state->guarded([&] { state->field({static_cast<const char*>(text), bytes}); });
  }
  static void on_row(int, void* self) {
    auto* state = static_cast<State*>(self);
    state->guarded([&] { state->row_end(); });
  }

  std::string take_head() {
    started = true;
    if (head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff")) {
      throw table_error(name, "is UTF-16", "convert it to UTF-8: iconv -f UTF-16 -t UTF-8");
    }
    if (head.starts_with("\xef\xbb\xbf")) head.erase(0, 3);
    return std::exchange(head, {});
  }

  void parse(std::string_view piece) {
    if (piece.find('\0') != std::string_view::npos)
      throw table_error(name, "holds zero bytes, so it is no text");
    // Small steps, so that an open quote is found before it has swallowed the file.
    for (std::size_t at = 0; at < piece.size(); at += piece_bytes) {
      const auto part = piece.substr(at, piece_bytes);
      const std::size_t done = csv_parse(&parser, part.data(), part.size(), &on_field, &on_row, this);
      check(done == part.size());
    }
  }

  void check(bool parsed) {
    if (failure) std::rethrow_exception(failure);
    if (!parsed) {
      throw table_error(
          name, "row " + std::to_string(header_done ? rows + 1 : 0) + ": " + csv_strerror(csv_error(&parser)),
          "a cell in quotes ends with its quote, and a quote inside it is doubled");
    }
    if (csv_get_buffer_size(&parser) > limits.csv_field_bytes + piece_bytes) {
      throw table_error(name, "a cell behind row " + std::to_string(rows) + " is longer than " +
                                  std::to_string(limits.csv_field_bytes) + " bytes: is a quote left open?");
    }
  }
};

CsvReader::CsvReader(std::string name, const std::map<std::string, std::string>& roles, const Limits& limits)
    : state_(std::make_unique<State>()) {
  state_->name = std::move(name);
  state_->roles = roles;
  state_->limits = limits;
  if (csv_init(&state_->parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
    throw Error(ErrorCode::internal, "libcsv does not start");
  }
}

CsvReader::~CsvReader() = default;

void CsvReader::add(std::string_view piece) {
  State& s = *state_;
  std::string begin;
  if (!s.started) {
    // A byte-order mark takes up to three bytes, which may come in three pieces.
    s.head += piece;
    if (s.head.size() < 3) return;
    begin = s.take_head();
    piece = begin;
  }
  s.parse(piece);
}

Table CsvReader::finish() {
  State& s = *state_;
  if (!s.started) s.parse(s.take_head());
  s.check(csv_fini(&s.parser, &State::on_field, &State::on_row, &s) == 0);
  if (!s.header_done) throw table_error(s.name, "is empty");
  Table table;
  std::vector<bool> dropped(s.rows, false);
  for (Column& column : s.columns) {
    column.decide();
    for (std::size_t row = 0; row < s.rows; ++row) {
      if (column.is_missing(row)) dropped[row] = true;
    }
  }
  table.dropped = static_cast<std::size_t>(std::count(dropped.begin(), dropped.end(), true));
  table.rows = s.rows - table.dropped;
  if (table.rows == 0) {
    throw table_error(s.name, s.rows == 0 ? "has a header and no rows"
                                          : "none of its " + std::to_string(s.rows) +
                                                " rows has a value in every column asked for");
  }
  for (const auto& [role, name] : s.roles) {
    std::size_t distinct = 0;
    table.columns.push_back(s.columns[s.of_name.at(name)].values(role, dropped, distinct));
    if (distinct == 0) continue;
    std::string note = "column '" + printable(name, 80) + "' is text: " + std::to_string(distinct) +
                       " distinct values, numbered in order of appearance";
    if (std::find(table.notes.begin(), table.notes.end(), note) == table.notes.end())
      table.notes.push_back(std::move(note));  // one column may have several roles
  }
  if (table.dropped > 0) {
    table.notes.push_back(std::to_string(table.dropped) + " of " + std::to_string(s.rows) +
                          " rows were dropped: a cell of a column asked for is missing");
  }
  return table;
}

Table read_csv(const std::string& path, const std::map<std::string, std::string>& roles,
               const Limits& limits) {
  const File file = open_table(path, limits);
  CsvReader reader(path, roles, limits);
  std::string piece(piece_bytes, '\0');
  std::uint64_t total = 0;
  while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), file.get())) {
    total += got;
    if (total > limits.csv_file_bytes) throw table_error(path, "grew while it was read");
    reader.add(std::string_view(piece).substr(0, got));
  }
  if (std::ferror(file.get()) != 0) throw table_error(path, std::strerror(errno));
  return reader.finish();
}

std::vector<std::string> csv_columns(const std::string& path, const Limits& limits) {
  const File file = open_table(path, limits);
  std::string head(piece_bytes, '\0');
  head.resize(std::fread(head.data(), 1, head.size(), file.get()));
  if (head.starts_with("\xef\xbb\xbf")) head.erase(0, 3);
  struct Names {
    std::vector<std::string> names;
    bool done = false;
  } found;
  csv_parser parser{};
  if (csv_init(&parser, 0) != 0) throw Error(ErrorCode::internal, "libcsv does not start");
  const auto on_field = [](void* text, std::size_t bytes, void* self) {
    auto* names = static_cast<Names*>(self);
    if (!names->done) names->names.emplace_back(static_cast<const char*>(text), bytes);
  };
  const auto on_row = [](int, void* self) { static_cast<Names*>(self)->done = true; };
  csv_parse(&parser, head.data(), head.size(), on_field, on_row, &found);
  if (!found.done) csv_fini(&parser, on_field, on_row, &found);
  csv_free(&parser);
  return found.names;
}

}  // namespace assay::inputs
