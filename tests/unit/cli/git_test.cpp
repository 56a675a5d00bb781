// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/git.h"

#include <catch2/catch.hpp>

using namespace assay;
using cli::parse_commit_object;

namespace {
const std::string id(40, 'a');
const std::string parent(40, 'b');
}  // namespace

TEST_CASE("a commit object says parents, author, time and subject") {
  const Commit commit = parse_commit_object(
      id, {"tree " + std::string(40, 'c'), "parent " + parent, "parent " + std::string(40, 'd'),
           "author Ada L. <ada@example.org> 1700000000 +0100", "committer Bob <b@x> 1700000100 -0230", "",
           "A subject", "", "A body"});
  CHECK(commit.id == id);
  CHECK(commit.parents == std::vector<std::string>{parent, std::string(40, 'd')});
  CHECK(commit.author == "Ada L.");
  CHECK(commit.subject == "A subject");
  CHECK(commit.committed_utc_ms == 1'700'000'100'000);
}

TEST_CASE("lines of a signature are no headers, and a message may say anything") {
  const Commit commit = parse_commit_object(
      id, {"author  <> 1 +0000", "gpgsig -----BEGIN", " parent " + parent, " author Eve <e> 5 +0", " ",
           "committer x <y> 2 +0000", "", "", "parent " + parent + " \x1b[31m" + std::string(1000, 'x')});
  CHECK(commit.parents.empty());
  CHECK(commit.author.empty());
  CHECK(commit.committed_utc_ms == 2000);
  CHECK(commit.subject.size() == 500);
}

TEST_CASE("a commit object that is broken says what it can") {
  CHECK(parse_commit_object(id, {}).id == id);
  CHECK(parse_commit_object(id, {""}).subject.empty());
  CHECK(parse_commit_object(id, {"author nobody"}).author == "nobody");
  CHECK(parse_commit_object(id, {"committer a <b> 99999999999999999999 +0"}).committed_utc_ms == 0);
  CHECK(parse_commit_object(id, {"committer a <b> 9223372036854775807 +0"}).committed_utc_ms == 0);
  CHECK(parse_commit_object(id, {"parent ../../etc", "parent"}).parents.empty());
  CHECK(parse_commit_object(id, {"", std::string("a\0b", 3)}).subject == "a");
}
