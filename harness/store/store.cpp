// SPDX-License-Identifier: Apache-2.0
#include "harness/store/store.h"

#include <sqlite3.h>

#include <filesystem>
#include <fstream>

#include "harness/core/error.h"
#include "harness/store/in_progress.h"
#include "harness/store/migrate.h"
#include "harness/store/sql.h"
#include "harness/store/sqlite.h"

namespace assay {

using store_detail::Database;

Store::Store(std::unique_ptr<Database> database) : database_(std::move(database)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Store Store::open(const std::string& path, Mode mode) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::is_directory(path, error)) {
    throw Error(ErrorCode::bad_input, path + " is a folder, not a database", "name a file with --db");
  }
  error.clear();
  const fs::file_status status = fs::status(path, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) {  // SQLite would wait at a pipe
    throw Error(ErrorCode::bad_input, path + " is not a regular file, so it is no database",
                "name a file with --db");
  }
  if (mode == Mode::create) {
    const fs::path folder = fs::path(path).parent_path();
    error.clear();  // a file that is not there yet is no error
    if (!folder.empty()) fs::create_directories(folder, error);
    if (error) {
      throw Error(ErrorCode::io, "the folder " + folder.string() + " cannot be made: " + error.message(),
                  "make it, or name another database with --db");
    }
  }
  auto database = std::make_unique<Database>(path, mode != Mode::read_only, mode == Mode::create);
  store_detail::migrate(*database, store_detail::schema());
  store_detail::check_schema(*database, store_detail::schema());
  // NORMAL: a killed process loses nothing that was committed; a power cut may lose the last launches, never
  // the file.
  if (database->writable()) database->execute("PRAGMA synchronous = NORMAL");
  return Store(std::move(database));
}

Store Store::temporary() {
  auto database = std::make_unique<Database>(":memory:", true, true);
  store_detail::migrate(*database, store_detail::schema());
  return Store(std::move(database));
}

const std::string& Store::path() const { return database_->path(); }

bool Store::was_moved() const {
  int moved = 0;
  return sqlite3_file_control(database_->handle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
         moved != 0;
}

void Store::write_back() const { database_->execute("PRAGMA wal_checkpoint(TRUNCATE)"); }

bool Store::in_progress(const std::string& path) { return store_detail::InProgress::stands(path); }

int Store::schema_version() const { return static_cast<int>(database_->pragma("user_version")); }

bool is_database(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  char magic[16] = {};
  file.read(magic, sizeof magic);
  return file.gcount() == sizeof magic && std::string(magic, 15) == "SQLite format 3";
}

}  // namespace assay
