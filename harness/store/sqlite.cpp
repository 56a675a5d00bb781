// SPDX-License-Identifier: Apache-2.0
#include "harness/store/sqlite.h"

#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "harness/core/error.h"
#include "harness/store/sql.h"

namespace assay::store_detail {

namespace {

constexpr int busy_timeout_ms = 10'000;

/// For whoever we are: another user's folder is not.
bool writable_folder(const std::string& path) {
  std::error_code ignored;
  return ::access(std::filesystem::absolute(path, ignored).parent_path().c_str(), W_OK) == 0;
}

/// A path as an SQLite URI: what has a meaning there is escaped.
std::string uri(const std::string& path, const char* parameters) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string text = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      const auto byte = static_cast<unsigned char>(c);
      text += '%';
      text += digits[byte >> 4];
      text += digits[byte & 15];
    } else {
      text += c;
    }
  }
  return text + parameters;
}

}  // namespace

Query::~Query() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

int Query::index(const char* name) {
  // Most are set in the order of the query's text: one comparison in place of one with each.
  const char* next = sqlite3_bind_parameter_name(statement_, bound_ + 1);
  const bool in_order = next != nullptr && std::strcmp(next, name) == 0;
  const int found = bound_ = in_order ? bound_ + 1 : sqlite3_bind_parameter_index(statement_, name);
  if (found == 0) throw Error(ErrorCode::internal, std::string("query has no parameter ") + name);
  return found;
}

Query& Query::set(const char* name, std::int64_t value) {
  if (const int rc = sqlite3_bind_int64(statement_, index(name), value))
    database_.fail(rc, "binding a value");
  return *this;
}

Query& Query::set(const char* name, double value) {
  if (const int rc = sqlite3_bind_double(statement_, index(name), value))
    database_.fail(rc, "binding a value");
  return *this;
}

Query& Query::set(const char* name, const std::string& text) {
  const int rc =
      sqlite3_bind_text64(statement_, index(name), text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (rc != SQLITE_OK) database_.fail(rc, "binding a text");
  return *this;
}

Query& Query::set_blob(const char* name, std::span<const std::byte> bytes) {
  static constexpr std::byte nothing{};
  const void* data = bytes.empty() ? &nothing : bytes.data();
  const int rc = sqlite3_bind_blob64(statement_, index(name), data, bytes.size(), SQLITE_TRANSIENT);
  if (rc != SQLITE_OK) database_.fail(rc, "binding bytes");
  return *this;
}

Query& Query::set_null(const char* name) {
  if (const int rc = sqlite3_bind_null(statement_, index(name))) database_.fail(rc, "binding a value");
  return *this;
}

bool Query::step() {
  column_ = 0;
  const int rc = sqlite3_step(statement_);
  if (rc == SQLITE_ROW) return true;
  if (rc != SQLITE_DONE) database_.fail(rc, sqlite3_stmt_readonly(statement_) ? "reading" : "writing");
  return false;
}

void Query::run() {
  while (step()) {
  }
}

bool Query::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double Query::real(int column) const { return sqlite3_column_double(statement_, column); }

std::string Query::text(int column) const {
  const auto* bytes = sqlite3_column_text(statement_, column);
  if (bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::span<const std::byte> Query::blob(int column) const {
  const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::optional<std::int64_t> Query::next_optional_integer() {
  const int column = column_++;
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::optional<double> Query::next_optional_real() {
  const int column = column_++;
  if (is_null(column)) return std::nullopt;
  return real(column);
}

Database::Database(std::string path, bool writable, bool create)
    : path_(std::move(path)), writable_(writable), create_(create) {
  const int mode = !writable ? SQLITE_OPEN_READONLY
                             : (create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE);
  const auto open = [&](const char* parameters) {
    const int flags = mode | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    int rc = sqlite3_open_v2(uri(path_, parameters).c_str(), &handle_, flags, nullptr);
    if (rc != SQLITE_OK) return rc;
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_timeout(handle_, busy_timeout_ms);
    // The first thing that reads the file.
    return sqlite3_exec(handle_, "SELECT count(*) FROM sqlite_schema", nullptr, nullptr, nullptr);
  };
  try {
    int rc = open("");
    const bool refused = (rc & 0xff) == SQLITE_CANTOPEN || (rc & 0xff) == SQLITE_READONLY;
    std::error_code ignored;  // a name that is too long, or leads through a file, is not there
    if (!writable && refused && std::filesystem::exists(path_, ignored) && !writable_folder(path_)) {
      const auto wal_bytes = std::filesystem::file_size(path_ + "-wal", ignored);
      if (!ignored && wal_bytes > 0) {  // whoever only read leaves an empty one
        throw Error(ErrorCode::io,
                    "database " + path_ + " is in use, or was not closed: part of it is in " + path_ +
                        "-wal, which cannot be read without writing to their folder",
                    "let its owner run `assay db compact`, or copy both files to a folder of yours");
      }
      // A WAL database that this process cannot write, and that is whole: nobody has it open.
      sqlite3_close_v2(handle_);
      handle_ = nullptr;
      rc = open("?immutable=1");
    }
    if (rc != SQLITE_OK) fail(rc, "opening");
    if (writable && sqlite3_db_readonly(handle_, "main") == 1) fail(SQLITE_READONLY, "opening");
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    execute("PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;");
  } catch (...) {
    sqlite3_close_v2(handle_);
    throw;
  }
}

Database::~Database() {
  for (auto& [name, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

Query Database::query(const char* name) {
  auto found = statements_.find(name);
  if (found == statements_.end()) {
    for (const SqlFile& file : queries()) {
      if (file.name != name) continue;
      sqlite3_stmt* statement = nullptr;
      const int rc = sqlite3_prepare_v3(handle_, file.text.data(), static_cast<int>(file.text.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
      if (rc != SQLITE_OK) fail(rc, std::string("preparing the query ") + name);
      found = statements_.emplace(name, statement).first;
    }
  }
  if (found == statements_.end()) throw Error(ErrorCode::internal, std::string("there is no query ") + name);
  return {*this, found->second};
}

void Database::execute(const std::string& sql) {
  const int rc = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (rc != SQLITE_OK) fail(rc, writable_ ? "writing" : "reading");
}

std::int64_t Database::pragma(const std::string& name) {
  sqlite3_stmt* statement = nullptr;
  int rc = sqlite3_prepare_v2(handle_, ("PRAGMA " + name).c_str(), -1, &statement, nullptr);
  if (rc != SQLITE_OK) fail(rc, "reading");
  rc = sqlite3_step(statement);
  const std::int64_t value = rc == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
  sqlite3_finalize(statement);
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) fail(rc, "reading");
  return value;
}

std::int64_t Database::last_row() const { return sqlite3_last_insert_rowid(handle_); }

void Database::fail(int code, const std::string& doing) const {
  const std::string detail = handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
  const std::string where = "database " + path_ + ": " + doing + " failed: " + detail;
  std::error_code ignored;
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
      throw Error(ErrorCode::bad_input, "database " + path_ + " is damaged (" + detail + ")",
                  "`assay db check --db " + path_ + "` says what is lost; restore the file from a backup");
    case SQLITE_NOTADB:
      throw Error(
          ErrorCode::bad_input, path_ + " is not an SQLite database, or its first page is damaged",
          "name another file with --db, or restore this one from a backup; `assay db check` looks closer");
    case SQLITE_FULL:
      throw Error(ErrorCode::io, where,
                  "make room on the file system of " + path_ +
                      "; what was stored before is safe, and `assay run --resume` continues");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error(ErrorCode::io, "database " + path_ + " is locked by another process",
                  "wait until the other `assay` has finished, or name another database with --db");
    case SQLITE_READONLY:
      throw Error(ErrorCode::io, "database " + path_ + " cannot be written",
                  "allow writing (chmod u+w) to the file and its folder, or name another with --db");
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      if (doing == "opening" && create_ && !std::filesystem::exists(path_, ignored)) {
        throw Error(
            ErrorCode::io,
            "database " + path_ + " cannot be made: " + std::strerror(sqlite3_system_errno(handle_)),
            "check the permissions of its folder and the length of its name, or name another with --db");
      }
      if (doing == "opening" && !std::filesystem::exists(path_, ignored)) {
        throw Error(ErrorCode::bad_input, "there is no database " + path_,
                    "`assay run` makes one; name another with --db or ASSAY_DB");
      }
      if (::access(path_.c_str(), W_OK) != 0 && errno == EROFS) {  // a journal cannot be made beside it
        throw Error(ErrorCode::io, "database " + path_ + " cannot be written: its disk is read-only",
                    "name another with --db");
      }
      throw Error(ErrorCode::io, "database " + path_ + " cannot be opened: " + detail,
                  "check the permissions of the file and its folder, or name another with --db");
    case SQLITE_IOERR:
      throw Error(ErrorCode::io, where,
                  "check the file system of " + path_ + " (room, quota, mount); then again");
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
      throw Error(ErrorCode::io, where, "free some memory, or store fewer samples a launch");
    case SQLITE_CONSTRAINT:
      throw Error(ErrorCode::bad_input, where, "the values contradict what is stored: `assay db check`");
    case SQLITE_ERROR:  // every query is prepared in a test: what it lacks, this file lacks
      throw Error(ErrorCode::bad_input, "database " + path_ + " is not as Assay made it (" + detail + ")",
                  "restore the file from a backup, or name another with --db");
    default:
      throw Error(ErrorCode::internal, where + " (SQLite code " + std::to_string(code) + ")",
                  "please report this with the command that you gave");
  }
}

Transaction::Transaction(Database& database)
    : database_(database), inner_(sqlite3_get_autocommit(database.handle()) == 0) {
  database_.execute(inner_ ? "SAVEPOINT inner" : "BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (open_ && sqlite3_get_autocommit(database_.handle()) == 0) {
    const char* const undo = inner_ ? "ROLLBACK TO inner; RELEASE inner" : "ROLLBACK";
    sqlite3_exec(database_.handle(), undo, nullptr, nullptr, nullptr);
  }
}

void Transaction::commit() {
  database_.execute(inner_ ? "RELEASE inner" : "COMMIT");
  open_ = false;
}

}  // namespace assay::store_detail
