// SPDX-License-Identifier: Apache-2.0
#include "harness/run/held_down.h"

#include <catch2/catch.hpp>

using namespace assay;

namespace {

/// The first sample is of the warm-up.
const Samples samples{
    .scheduled_ns = {}, .start_ns = {0, 10, 20, 30}, .end_ns = {5, 15, 25, 35}, .warmup = 1};

std::vector<Track> tracks(const std::vector<double>& held) {
  return {{"time.device", "ns", {6, 16, 26, 36}, {1, 2, 3, 4}},
          {"device.held_down", "ratio", {6, 16, 26, 36}, held}};
}

}  // namespace

TEST_CASE("readings of a device that was held down are kept aside, and counted where they are steady") {
  auto some = tracks({1, 0, 1, 0});
  const auto seen = run::set_held_down_aside(some, samples);
  CHECK(seen.held == 1);
  CHECK(seen.all == 3);
  CHECK(some[0].value == std::vector<double>{2, 4});
  CHECK(some[0].offset_ns == std::vector<std::int64_t>{16, 36});
  REQUIRE(some.size() == 3);
  CHECK(some[2].metric == "time.device_held_down");
  CHECK(some[2].value == std::vector<double>{1, 3});
}

TEST_CASE("a device that was always held down leaves no reading, one that never was all of them") {
  auto all = tracks({0, 1, 1, 1});
  const auto down = run::set_held_down_aside(all, samples);
  CHECK(down.held == 3);
  CHECK(down.all == 3);
  auto none = tracks({0, 0, 0, 0});
  CHECK(run::set_held_down_aside(none, samples).held == 0);
  CHECK(none.size() == 2);
  CHECK(none[0].value.size() == 4);
}

TEST_CASE("a device that nobody watches keeps all its readings") {
  std::vector<Track> plain{{"time.device", "ns", {6}, {1}}};
  CHECK(run::set_held_down_aside(plain, samples).all == 0);
  CHECK(plain[0].value.size() == 1);
}
