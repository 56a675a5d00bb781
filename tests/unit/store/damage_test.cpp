// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <fstream>

#include "harness/core/error.h"
#include "harness/store/migrate.h"
#include "harness/store/sqlite.h"
#include "harness/store/store.h"
#include "tests/unit/store/fixtures.h"

using namespace assay;
using Catch::Matchers::Contains;
using store_detail::Database;
using test::make_launch;
using test::make_run;

namespace {

template <typename Action>
Error error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error was thrown");
  return {ErrorCode::internal, ""};
}

}  // namespace

TEST_CASE("a database that is not there is named, with a remedy") {
  test::Folder folder;
  for (const auto mode : {Store::Mode::read_only, Store::Mode::read_write}) {
    const Error error = error_of([&] { Store::open(folder.file("none.db"), mode); });
    CHECK(error.code == ErrorCode::bad_input);
    CHECK_THAT(error.what(), Contains("none.db"));
    CHECK_FALSE(error.remedy.empty());
  }
}

TEST_CASE("a database is made in the current folder when its name has no folder") {
  test::Folder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(std::filesystem::path(folder.file("x")).parent_path());
  CHECK_NOTHROW(Store::open("plain.db", Store::Mode::create));
  std::filesystem::current_path(before);
  CHECK(std::filesystem::exists(folder.file("plain.db")));
}

TEST_CASE("a file that is no database, and a database that is not Assay's, are refused") {
  test::Folder folder;
  std::ofstream(folder.file("text.db")) << std::string(5000, 'x');
  CHECK(error_of([&] { Store::open(folder.file("text.db"), Store::Mode::create); }).code ==
        ErrorCode::bad_input);
  {
    Database other(folder.file("other.db"), true, true);
    other.execute("CREATE TABLE t (x)");
  }
  const Error error = error_of([&] { Store::open(folder.file("other.db"), Store::Mode::create); });
  CHECK(error.code == ErrorCode::bad_input);
  CHECK_THAT(error.what(), Contains("not one of Assay's"));
  CHECK(error_of([&] { Store::open(folder.file("."), Store::Mode::create); }).code == ErrorCode::bad_input);
}

TEST_CASE("a database of a newer Assay is refused, naming both schemas") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  Store::open(path, Store::Mode::create).database().execute("PRAGMA user_version = 99");
  for (const auto mode : {Store::Mode::read_only, Store::Mode::create}) {
    const Error error = error_of([&] { Store::open(path, mode); });
    CHECK(error.code == ErrorCode::bad_input);
    CHECK_THAT(error.what(),
               Contains("99") && Contains("up to " + std::to_string(store_detail::schema().size())));
    CHECK_THAT(error.remedy, Contains("newer Assay"));
  }
}

TEST_CASE("a schema below nothing is refused, and not walked through") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  Store::open(path, Store::Mode::create).database().execute("PRAGMA user_version = -5");
  for (const auto mode : {Store::Mode::read_only, Store::Mode::read_write, Store::Mode::create}) {
    const Error error = error_of([&] { Store::open(path, mode); });
    CHECK(error.code == ErrorCode::bad_input);
    CHECK_THAT(error.what(), Contains("schema -5, which is none"));
  }
}

TEST_CASE("an older database is backed up, then migrated; read-only it is refused") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  const std::vector<store_detail::SqlFile> one{{"0001", "CREATE TABLE t (x); INSERT INTO t VALUES (7);"}};
  const std::vector<store_detail::SqlFile> two{
      one[0], {"0002", "ALTER TABLE t ADD COLUMN y; UPDATE t SET y = x + 1;"}};
  {
    Database database(path, true, true);
    CHECK(store_detail::migrate(database, one).empty());
  }
  {
    Database database(path, false, false);
    CHECK_THAT(error_of([&] { store_detail::migrate(database, two); }).remedy, Contains("assay db migrate"));
  }
  std::string backup;
  {
    Database database(path, true, false);
    backup = store_detail::migrate(database, two);
    CHECK(database.pragma("user_version") == 2);
    CHECK_NOTHROW(database.execute("SELECT y FROM t"));
  }
  CHECK_THAT(backup, Contains(".v1.backup"));
  Database old(backup, false, false);
  CHECK(old.pragma("user_version") == 1);
}

TEST_CASE("a migration that fails changes nothing") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  const std::vector<store_detail::SqlFile> one{{"0001", "CREATE TABLE t (x);"}};
  const std::vector<store_detail::SqlFile> bad{one[0], {"0002", "CREATE TABLE u (x); CREATE TABLE t (x);"}};
  Database database(path, true, true);
  store_detail::migrate(database, one);
  for (int i = 0; i < 3; ++i) CHECK_THROWS_AS(store_detail::migrate(database, bad), Error);
  CHECK_FALSE(std::filesystem::exists(path + ".v1.backup"));
  CHECK(database.pragma("user_version") == 1);
  CHECK_THROWS_AS(database.execute("SELECT * FROM u"), Error);
}

TEST_CASE("a full disk is an error that names the file, and what was stored before stays") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  const Run run = make_run();
  {
    Store store = Store::open(path, Store::Mode::create);
    store.begin_run(run);
    store.add_launch(run.id, make_launch(1, 0, 0));
    store.database().execute("PRAGMA max_page_count = 1");  // SQLite takes the size that the file has
    const Error error = error_of([&] {
      for (int i = 1; i < 50; ++i)
        store.add_launch(run.id, make_launch(static_cast<unsigned>(i + 1), 0, i, 20'000));
    });
    CHECK(error.code == ErrorCode::io);
    CHECK_THAT(error.what(), Contains(path));
    CHECK_THAT(error.remedy, Contains("room"));
  }
  CHECK(Store::open(path, Store::Mode::read_only).load_launches(run.id, true).size() >= 1);
}

TEST_CASE("a corrupted page is an error with a remedy") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  const Run run = make_run();
  {
    Store store = Store::open(path, Store::Mode::create);
    store.begin_run(run);
    for (int i = 0; i < 20; ++i)
      store.add_launch(run.id, make_launch(static_cast<unsigned>(i + 1), 0, i, 2000));
    store.database().execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    const std::string noise(static_cast<std::size_t>(std::filesystem::file_size(path)) - 4096, '\x5a');
    file.write(noise.data(), static_cast<std::streamsize>(noise.size()));
  }
  const Error error = error_of([&] {
    const Store store = Store::open(path, Store::Mode::read_only);
    (void)store.load_run(run.id);
  });
  CHECK(error.code == ErrorCode::bad_input);
  CHECK_THAT(error.remedy, Contains("assay db check"));
}

TEST_CASE("a store that is opened for reading cannot be written") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  { Store::open(path, Store::Mode::create); }
  Store store = Store::open(path, Store::Mode::read_only);
  CHECK(error_of([&] { store.begin_run(make_run()); }).code == ErrorCode::io);
}

TEST_CASE("a database that another process writes can be read meanwhile, and its lock is named") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  Store writer = Store::open(path, Store::Mode::create);
  writer.begin_run(make_run(1));
  store_detail::Transaction writing(writer.database());
  Store other = Store::open(path, Store::Mode::read_write);
  CHECK(other.list_runs().size() == 1);
  other.database().execute("PRAGMA busy_timeout = 10");
  const Error error = error_of([&] { other.begin_run(make_run(2)); });
  CHECK(error.code == ErrorCode::io);
  CHECK_THAT(error.what(), Contains("locked"));
}
