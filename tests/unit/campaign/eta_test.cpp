// SPDX-License-Identifier: Apache-2.0
#include "harness/campaign/eta.h"

#include <catch2/catch.hpp>

namespace assay::campaign {

TEST_CASE("a campaign is done with its slowest host") {
  const auto eta = campaign_eta({{.spent_s = 10, .left_s = 20},
                                 {.spent_s = 10, .left_s = 90},
                                 {.done = true, .spent_s = 5, .left_s = {}}});
  REQUIRE(eta);
  CHECK(eta->seconds == 90);
  CHECK_FALSE(eta->at_least);
}

TEST_CASE("a host that has not said anything will take as long as the longest that is known") {
  const auto running = campaign_eta({{.spent_s = 10, .left_s = 20}, {.spent_s = 4, .left_s = {}}});
  REQUIRE(running);
  CHECK(running->seconds == 26);
  const auto ended =
      campaign_eta({{.done = true, .spent_s = 50, .left_s = {}}, {.spent_s = 20, .left_s = {}}});
  REQUIRE(ended);
  CHECK(ended->seconds == 30);
  const auto late = campaign_eta({{.done = true, .spent_s = 5, .left_s = {}}, {.spent_s = 20, .left_s = {}}});
  CHECK(late->seconds == 0);
}

TEST_CASE("a host that waits for its turn makes it a lower bound") {
  const auto eta = campaign_eta({{.spent_s = 10, .left_s = 20}, {.waiting = true, .left_s = {}}});
  REQUIRE(eta);
  CHECK(eta->seconds == 30);
  CHECK(eta->at_least);
}

TEST_CASE("nothing is guessed before any host has said something") {
  CHECK_FALSE(campaign_eta({{.spent_s = 3, .left_s = {}}, {.waiting = true, .left_s = {}}}));
}

TEST_CASE("what a host has left stands in its progress") {
  CHECK(seconds_left("3 of 12 launches done, about 01:40 left") == 100.0);
  CHECK(seconds_left("1 of 2 launches done, about 2:00:05 left") == 7205.0);
  CHECK(seconds_left("note: about 3 files are left") == std::nullopt);
  CHECK(seconds_left("about x left") == std::nullopt);
  CHECK(seconds_left("") == std::nullopt);
}

}  // namespace assay::campaign
