// SPDX-License-Identifier: Apache-2.0
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "harness/core/tensor.h"
#include "harness/inputs/cache.h"
#include "harness/inputs/decoded.h"
#include "harness/inputs/sha256.h"
#include "tests/unit/inputs/files.h"

using namespace assay;
namespace fs = std::filesystem;

namespace {

void write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::size_t entries(const std::string& directory) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("SHA-256 is the published one") {
  REQUIRE(inputs::sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const inputs_test::Directory directory;
  REQUIRE(inputs::sha256_file(directory.write("f", "abc")) == inputs::sha256("abc"));
  REQUIRE_THROWS_AS(inputs::sha256_file(directory.path() + "/none"), Error);
}

TEST_CASE("an entry is made once and found again") {
  const inputs_test::Directory directory;
  int made = 0;
  const auto make = [&](const std::string& fresh) {
    ++made;
    write(fresh + "/value", "42");
  };
  inputs::Cache cache(directory.path());
  REQUIRE_FALSE(cache.find("k").has_value());
  const std::string path = cache.get("k", make);
  REQUIRE(inputs::Cache(directory.path()).get("k", make) == path);
  REQUIRE(cache.get("other", make) != path);
  REQUIRE(made == 2);
  REQUIRE(inputs_test::read_all(path + "/value") == "42");
}

TEST_CASE("pruning keeps what was used last, and everything while a run uses the cache") {
  const inputs_test::Directory directory;
  inputs::Cache cache(directory.path());
  const auto make = [](const std::string& fresh) { write(fresh + "/value", std::string(1000, 'x')); };
  const auto age = [&](const std::string& key, int hours) {
    fs::last_write_time(*cache.find(key), fs::file_time_type::clock::now() - std::chrono::hours(hours));
  };
  for (const char* key : {"old", "older", "new"}) cache.get(key, make);
  age("old", 2);
  age("older", 3);
  {
    const inputs::CacheUse use(cache);
    CHECK(cache.prune(0).in_use);
    CHECK(cache.prune(0).entries == 0);
  }
  CHECK(cache.prune(2500, true).entries == 1);
  CHECK(cache.prune(1'000'000).entries == 0);
  CHECK(cache.find("older"));  // and so it is the one used last
  const auto pruned = cache.prune(2500);
  CHECK(pruned.entries == 1);
  CHECK(pruned.bytes > 1000);
  CHECK_FALSE(cache.find("old"));
  CHECK(cache.find("older"));
  CHECK(cache.prune(0).entries == 2);
  CHECK(inputs::Cache(directory.path() + "/none").prune(0).entries == 0);
}

TEST_CASE("pruning removes what was used longest ago first, however large the newest is") {
  const inputs_test::Directory directory;
  inputs::Cache cache(directory.path());
  const auto make = [&](const char* key, std::size_t bytes, int hours) {
    const auto path =
        cache.get(key, [&](const std::string& fresh) { write(fresh + "/value", std::string(bytes, 'x')); });
    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(hours));
  };
  make("small and old", 1000, 3);
  make("large and new", 5000, 1);
  CHECK(cache.prune(5500).entries == 1);
  CHECK_FALSE(cache.find("small and old"));
  make("small and old", 1000, 3);
  CHECK(cache.prune(2000).entries == 2);  // the old one went first, and the new one is too large alone
}

TEST_CASE("what cannot be removed is not counted as pruned") {
  const inputs_test::Directory directory;
  inputs::Cache cache(directory.path());
  const auto path = cache.get("k", [](const std::string& fresh) { write(fresh + "/value", "x"); });
  { const inputs::CacheUse use(cache); }
  fs::permissions(directory.path() + "/in-use", fs::perms::all);
  fs::permissions(
      path, fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read | fs::perms::others_exec);
  fs::permissions(directory.path(), fs::perms::others_read | fs::perms::others_exec, fs::perm_options::add);
  const uid_t me = ::geteuid();
  if (me == 0) REQUIRE(::seteuid(65534) == 0);  // nothing is forbidden to root
  const auto pruned = cache.prune(0);
  if (me == 0) REQUIRE(::seteuid(me) == 0);
  CHECK(pruned.entries == 0);
  CHECK(pruned.bytes == 0);
  CHECK_FALSE(pruned.in_use);
  fs::permissions(path, fs::perms::owner_all);
}

TEST_CASE("folders and files of others in the cache's folder are never pruned") {
  const inputs_test::Directory directory;
  inputs::Cache cache(directory.path());
  const std::string entry = cache.get("k", [](const std::string& fresh) { write(fresh + "/value", "x"); });
  const std::string digest(64, 'a');  // named like an entry, and without a manifest
  for (const std::string& name :
       {std::string("photos"), std::string(".ssh"), std::string("making-cakes1"), digest}) {
    fs::create_directory(directory.path() + "/" + name);
    write(directory.path() + "/" + name + "/mine", "mine");
  }
  fs::create_directory(directory.path() + "/assay-making-x1Y2z3");  // of an Assay that was killed
  write(directory.path() + "/assay-making-x1Y2z3/value", "half");
  { const inputs::CacheUse use(cache); }
  CHECK(cache.prune(0).entries == 2);
  CHECK_FALSE(fs::exists(entry));
  CHECK_FALSE(fs::exists(directory.path() + "/assay-making-x1Y2z3"));
  for (const std::string& name :
       {std::string("photos"), std::string(".ssh"), std::string("making-cakes1"), digest})
    CHECK(inputs_test::read_all(directory.path() + "/" + name + "/mine") == "mine");
}

TEST_CASE("an entry that was changed, cut, lost a file or gained one is made again") {
  const inputs_test::Directory directory;
  inputs::Cache cache(directory.path());
  const auto make = [](const std::string& fresh) { write(fresh + "/value", "forty-two"); };
  const std::string path = cache.get("k", make);
  const std::string value = path + "/value";
  const auto damages = std::vector<std::function<void()>>{
      [&] { write(value, "forty-twp"); }, [&] { write(value, "forty"); }, [&] { fs::remove(value); },
      [&] { write(path + "/more", "x"); }, [&] { fs::remove(path + "/manifest"); }};
  for (const auto& damage : damages) {
    damage();
    REQUIRE_FALSE(cache.find("k").has_value());
    REQUIRE(cache.get("k", make) == path);
    REQUIRE(inputs_test::read_all(value) == "forty-two");
    REQUIRE(cache.find("k").has_value());
  }
}

TEST_CASE("an entry in the place of another, or what is no entry at all, is made again") {
  const inputs_test::Directory directory;
  const inputs_test::Directory elsewhere;
  inputs::Cache cache(directory.path());
  const auto make = [](const char* text) {
    return [text](const std::string& fresh) { write(fresh + "/value", text); };
  };
  const std::string other = cache.get("other", make("other"));
  const std::string path = cache.get("k", make("mine"));
  const std::string value = path + "/value";
  const std::string kept = elsewhere.path() + "/kept";
  fs::copy(path, kept);
  const auto damages = std::vector<std::function<void()>>{
      [&] { fs::copy(other, path); },  // whole, and another's
      [&] { write(path, ""); },
      [&] { write(path, "no folder"); },
      [&] { fs::create_directory(path); },
      [&] { fs::create_directories(value); },
      [&] { fs::create_symlink(path, path); },
      [&] { fs::create_directory(path), fs::create_symlink(other + "/value", value); },
      [&] { fs::copy(kept, path), write(value, ""); },
      [&] { fs::copy(kept, path), write(path + "/manifest", ""); }};
  for (const auto& damage : damages) {
    fs::remove_all(path);
    damage();
    REQUIRE_FALSE(cache.find("k").has_value());
    REQUIRE(cache.get("k", make("mine")) == path);
    REQUIRE(inputs_test::read_all(value) == "mine");
  }
  REQUIRE(inputs_test::read_all(other + "/value") == "other");
}

TEST_CASE("a build that fails leaves nothing behind") {
  const inputs_test::Directory directory;
  inputs::Cache cache(directory.path());
  const auto fail = [](const std::string& fresh) {
    write(fresh + "/value", "half");
    throw std::runtime_error("no");
  };
  REQUIRE_THROWS_AS(cache.get("k", fail), std::runtime_error);
  REQUIRE(entries(directory.path()) == 0);
}

TEST_CASE("a symbolic link in the place of an entry is not followed") {
  const inputs_test::Directory directory;
  const inputs_test::Directory elsewhere;
  inputs::Cache cache(directory.path());
  const auto make = [](const std::string& fresh) { write(fresh + "/value", "mine"); };
  const std::string path = cache.get("k", make);
  fs::copy(path, elsewhere.path() + "/copy", fs::copy_options::recursive);
  fs::remove_all(path);
  fs::create_directory_symlink(elsewhere.path() + "/copy", path);
  REQUIRE_FALSE(cache.find("k").has_value());
  REQUIRE(cache.get("k", make) == path);
  REQUIRE_FALSE(fs::is_symlink(path));
  REQUIRE(inputs_test::read_all(elsewhere.path() + "/copy/value") ==
          "mine");  // what it pointed at is left alone
}

TEST_CASE("processes that make the same entry at once all get a whole one") {
  const inputs_test::Directory directory;
  std::vector<pid_t> children;
  for (int i = 0; i < 6; ++i) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      bool whole = true;
      for (int round = 0; round < 20; ++round) {
        inputs::Cache cache(directory.path());
        const std::string path = cache.get("k" + std::to_string(round), [](const std::string& fresh) {
          write(fresh + "/a", std::string(50000, 'a'));
          write(fresh + "/b", "b");
        });
        whole = whole && inputs_test::read_all(path + "/a").size() == 50000 &&
                inputs_test::read_all(path + "/b") == "b";
      }
      ::_exit(whole ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(status == 0);
  }
  REQUIRE(entries(directory.path()) == 20);  // no unfinished folders are left
}

TEST_CASE("processes that find the same damaged entry never take a whole one from each other") {
  const inputs_test::Directory directory;
  inputs::Cache cache(directory.path());
  const auto make = [](const std::string& fresh) { write(fresh + "/value", "mine"); };
  constexpr int rounds = 300;
  for (int round = 0; round < rounds; ++round)
    write(cache.get("k" + std::to_string(round), make) + "/value", "");
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      bool whole = true;
      try {
        for (int round = 0; round < rounds; ++round) {
          const std::string path = cache.get("k" + std::to_string(round), make);
          for (int look = 0; look < 20; ++look)
            whole = whole && inputs_test::read_all(path + "/value") == "mine";
        }
      } catch (...) {
        whole = false;
      }
      ::_exit(whole ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  REQUIRE(entries(directory.path()) == rounds);
}

TEST_CASE("a cache on a full file system is an error that names ASSAY_CACHE, and leaves nothing behind") {
  const inputs_test::Directory directory;
  inputs::Cache cache(directory.path());
  const auto full = [](const std::string& fresh) -> void {
    write(fresh + "/half", "x");
    throw Error(ErrorCode::io, fresh + "/0.npy: No space left on device", "free some space and try again");
  };
  const auto message = inputs_test::message_of([&] { cache.get("k", full); }, ErrorCode::io);
  REQUIRE(message.find("No space left") != std::string::npos);
  REQUIRE(message.find("ASSAY_CACHE") != std::string::npos);
  REQUIRE(entries(directory.path()) == 0);
}

TEST_CASE("a cache that cannot be written is an error that names it and ASSAY_CACHE") {
  const inputs_test::Directory directory;
  inputs::Cache cache(directory.write("file", "") + "/below");
  const auto message =
      inputs_test::message_of([&] { cache.get("k", [](const std::string&) {}); }, ErrorCode::io);
  REQUIRE(message.find(directory.path()) != std::string::npos);
  REQUIRE(message.find("ASSAY_CACHE") != std::string::npos);
}

TEST_CASE("a table is decoded once, by its content and roles, and its notes are kept") {
  const inputs_test::Directory directory;
  const std::string csv = directory.write("t.csv", "k,v\na,1\nb,\nb,3\n");
  inputs::Cache cache(directory.path() + "/cache");
  const auto first = inputs::decode_table_file(csv, {{"key", "k"}, {"v1", "v"}}, cache);
  REQUIRE(first.sha256 == inputs::sha256_file(csv));
  REQUIRE(first.bytes == 15);
  REQUIRE(first.notes ==
          std::vector<std::string>{"2 rows",
                                   "column 'k' is text: 2 distinct values, numbered in order of appearance",
                                   "1 of 3 rows were dropped: a cell of a column asked for is missing"});
  REQUIRE(read_npy(first.roles.at("v1")).view<std::int64_t>()[1] == 3);
  const std::string same = directory.write("copy.csv", "k,v\na,1\nb,\nb,3\n");
  REQUIRE(inputs::decode_table_file(same, {{"key", "k"}, {"v1", "v"}}, cache).roles == first.roles);
  REQUIRE(inputs::decode_table_file(csv, {{"key", "v"}, {"v1", "k"}}, cache).roles != first.roles);
  REQUIRE(first.key.size() == 12);
  REQUIRE(inputs::decode_table_file(same, {{"key", "k"}, {"v1", "v"}}, cache).key == first.key);
  REQUIRE(inputs::decode_table_file(csv, {{"key", "v"}, {"v1", "k"}}, cache).key != first.key);
  REQUIRE(inputs::input_key(first.sha256, {}) == first.sha256.substr(0, 12));  // a picture's
  REQUIRE_THROWS_AS(inputs::decode_table_file(csv, {{"key", "none"}}, cache), Error);
}

TEST_CASE("a file that is written to while it is read is refused, never kept under another file's SHA-256") {
  const inputs_test::Directory directory;
  std::string text = "v\n";
  for (int i = 0; i < 100'000; ++i) text += "1\n";
  const std::string csv = directory.write("t.csv", text + "1000000\n");
  const auto tail = static_cast<std::streamoff>(text.size());
  std::atomic<bool> done{false};
  std::thread writer([&] {
    std::fstream file(csv, std::ios::binary | std::ios::in | std::ios::out);
    for (int value = 1'000'000; !done && value < 9'999'999; ++value) {
      file.seekp(tail) << value << std::flush;
      std::this_thread::sleep_for(std::chrono::microseconds(20));
    }
  });
  std::string refused;
  for (int round = 0; round < 5; ++round) {
    inputs::Cache cache(directory.path() + "/cache" + std::to_string(round));
    try {
      const auto decoded = inputs::decode_table_file(csv, {{"v1", "v"}}, cache);
      const Tensor column = read_npy(decoded.roles.at("v1"));
      const auto last = column.view<std::int64_t>()[column.elements() - 1];
      CHECK(inputs::sha256(text + std::to_string(last) + "\n") == decoded.sha256);
    } catch (const Error& error) {
      refused = error.what();
      CHECK(error.code == ErrorCode::bad_input);
    }
  }
  done = true;
  writer.join();
  CHECK((refused.empty() || refused == csv + ": changed while it was read"));
}
