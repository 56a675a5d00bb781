// SPDX-License-Identifier: Apache-2.0
#include "harness/store/migrate.h"

#include <sqlite3.h>

#include <filesystem>
#include <map>

#include "harness/core/error.h"

namespace assay::store_detail {

namespace {

constexpr std::int64_t application_id = 0x41535359;  // "ASSY"

std::string backup_path(const std::string& path, std::int64_t version) {
  const std::string base = path + ".v" + std::to_string(version) + ".backup";
  std::string candidate = base;
  for (int i = 2; std::filesystem::exists(candidate); ++i) candidate = base + "." + std::to_string(i);
  return candidate;
}

/// In one transaction, from the schema that the file has then: another process may have been faster.
template <typename Check>
void apply(Database& database, const std::vector<SqlFile>& steps, const Check& check_version) {
  Transaction transaction(database);
  std::int64_t version = database.pragma("user_version");
  check_version(version);
  const auto newest = static_cast<std::int64_t>(steps.size());
  for (; version < newest; ++version) {
    database.execute(std::string(steps[static_cast<std::size_t>(version)].text));
  }
  database.execute("PRAGMA application_id = " + std::to_string(application_id) +
                   "; PRAGMA user_version = " + std::to_string(newest) + ";");
  transaction.commit();
}

}  // namespace

void copy_database(Database& database, const std::string& target) {
  Database copy(target, true, true);
  sqlite3_backup* backup = sqlite3_backup_init(copy.handle(), "main", database.handle(), "main");
  if (backup == nullptr) copy.fail(sqlite3_errcode(copy.handle()), "copying");
  const int rc = sqlite3_backup_step(backup, -1);
  sqlite3_backup_finish(backup);
  if (rc != SQLITE_DONE) copy.fail(rc, "copying");
}

void check_schema(Database& database, const std::vector<SqlFile>& steps) {
  using Objects = std::map<std::string, std::string>;  // name -> type
  const auto objects = [](Database& of) {
    Objects found;
    Query query = of.query("schema_objects");
    while (query.step()) found.emplace(query.text(0), query.text(1));
    return found;
  };
  Database model(":memory:", true, true);
  for (const SqlFile& step : steps) model.execute(std::string(step.text));
  const auto altered = [&](const std::string& what) {
    return Error(ErrorCode::bad_input, "database " + database.path() + " is not as Assay made it: " + what,
                 "restore the file from a backup, or name another with --db");
  };
  const Objects present = objects(database);
  for (const auto& [name, type] : objects(model)) {
    const auto found = present.find(name);
    if (found == present.end()) throw altered("the " + type + " '" + name + "' is not there");
    if (found->second != type)
      throw altered("'" + name + "' is a " + found->second + " and should be a " + type);
  }
  for (const auto& [name, type] : present) {
    if (type == "trigger") throw altered("the trigger '" + name + "' would change what is stored");
  }
}

std::string migrate(Database& database, const std::vector<SqlFile>& steps) {
  const auto newest = static_cast<std::int64_t>(steps.size());
  const auto check_ours = [&](std::int64_t version) {
    const bool ours = database.pragma("application_id") == application_id;
    const bool empty = database.pragma("schema_version") == 0;
    if (empty && version == 0 && !database.writable()) {  // another process is making it, or broke off
      throw Error(ErrorCode::bad_input, "database " + database.path() + " holds no run yet",
                  "`assay run` makes one");
    }
    if (!ours && !(empty && version == 0)) {
      throw Error(ErrorCode::bad_input, database.path() + " is an SQLite database, but not one of Assay's",
                  "name another with --db or ASSAY_DB");
    }
    if (version < 0) {
      throw Error(
          ErrorCode::bad_input,
          "database " + database.path() + " has schema " + std::to_string(version) + ", which is none",
          "restore the file from a backup, or name another with --db");
    }
    if (version > newest) {
      throw Error(ErrorCode::bad_input,
                  "database " + database.path() + " has schema " + std::to_string(version) +
                      "; this Assay knows schemas up to " + std::to_string(newest),
                  "use the newer Assay that made it, or name another database with --db");
    }
  };
  const std::int64_t version = database.pragma("user_version");
  check_ours(version);
  if (version == newest) return {};
  if (!database.writable()) {
    throw Error(
        ErrorCode::bad_input,
        "database " + database.path() + " has schema " + std::to_string(version) +
            "; this Assay reads schema " + std::to_string(newest),
        "`assay db migrate --db " + database.path() + "` brings it up to date (a backup is made first)");
  }

  std::string backup;
  if (version > 0) {
    backup = backup_path(database.path(), version);
    copy_database(database, backup);
  } else {
    database.execute("PRAGMA auto_vacuum = NONE; PRAGMA journal_mode = WAL;");
  }
  try {
    apply(database, steps, check_ours);
  } catch (...) {  // rolled back: the file is as it was, and needs no copy
    std::error_code ignored;
    if (!backup.empty()) std::filesystem::remove(backup, ignored);
    throw;
  }
  return backup;
}

}  // namespace assay::store_detail
