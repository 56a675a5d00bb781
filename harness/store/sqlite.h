// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

/// SQLite, for this folder only: connection, prepared named queries, transactions, errors.
namespace assay::store_detail {

/// A prepared query in use: bind, then step until it returns false. Columns are read from left to right by
/// the next_ functions or by number. Its destructor resets it for the next use; a query is used by one at a
/// time.
class Query {
 public:
  Query(class Database& database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  Query& set(const char* name, std::int64_t value);
  Query& set(const char* name, int value) { return set(name, static_cast<std::int64_t>(value)); }
  Query& set(const char* name, double value);
  Query& set(const char* name, const std::string& text);
  Query& set(const char* name, const char* text) { return set(name, std::string(text)); }
  Query& set_blob(const char* name, std::span<const std::byte> bytes);
  Query& set_null(const char* name);
  template <typename T>
  Query& set(const char* name, const std::optional<T>& value) {
    return value ? set(name, *value) : set_null(name);
  }

  bool step();  ///< a row is there
  void run();   ///< for statements without rows

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  std::span<const std::byte> blob(int column) const;  ///< valid until the next step

  std::int64_t next_integer() { return integer(column_++); }
  double next_real() { return real(column_++); }
  std::string next_text() { return text(column_++); }
  std::optional<std::int64_t> next_optional_integer();
  std::optional<double> next_optional_real();

 private:
  int index(const char* name);
  Database& database_;
  sqlite3_stmt* statement_;
  int column_ = 0;
  int bound_ = 0;  ///< the parameter that was set last
};

class Database {
 public:
  /// \throws Error as in store.h. `uri_flags` are SQLITE_OPEN_*.
  Database(std::string path, bool writable, bool create);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  /// The query of queries/<name>.sql, prepared once for each connection.
  Query query(const char* name);

  /// SQL that stands in this folder's code: pragmas, transactions, migrations.
  void execute(const std::string& sql);
  std::int64_t pragma(const std::string& name);  ///< the integer that `PRAGMA name` answers

  std::int64_t last_row() const;
  const std::string& path() const { return path_; }
  sqlite3* handle() const { return handle_; }
  bool writable() const { return writable_; }

  /// Throws the Error that SQLite's result code stands for.
  [[noreturn]] void fail(int code, const std::string& doing) const;

 private:
  std::string path_;
  bool writable_ = false;
  bool create_ = false;
  sqlite3* handle_ = nullptr;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
};

/// BEGIN IMMEDIATE; rolled back by the destructor unless committed. One within another is a part of it, which
/// can be rolled back alone.
class Transaction {
 public:
  explicit Transaction(Database& database);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  Database& database_;
  bool inner_;
  bool open_ = true;
};

}  // namespace assay::store_detail
