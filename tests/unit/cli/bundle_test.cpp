// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/bundle.h"

#include <catch2/catch.hpp>

using assay::cli::anonymous;

TEST_CASE("a bundle's texts hold no host, user, home folder or serial number") {
  const std::string text =
      "node7.example.org: alice@node7 in /home/alice/x, /srv/alice: "
      "GPU-5fd4b3a1-1c2d-4e5f-8a9b-0c1d2e3f4a5b; malice, GPU-bound";
  const std::string hidden = anonymous(text, {"node7.example.org", "node7"}, {"alice"});
  INFO(hidden);
  CHECK(hidden.find("node7") == std::string::npos);
  CHECK(hidden.find("example.org") == std::string::npos);
  CHECK(hidden.find("/alice") == std::string::npos);
  CHECK(hidden.find("5fd4b3a1") == std::string::npos);
  CHECK(hidden.find("in ~/x, /srv/user: GPU-serial; malice, GPU-bound") != std::string::npos);
}

TEST_CASE("names of one or two letters stand in too many words to be taken out") {
  CHECK(anonymous("a b ab", {"a"}, {"ab"}) == "a b ab");
  CHECK(anonymous("", {"node7"}, {"alice"}).empty());
}
