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

TEST_CASE("what a device that was held down took is kept aside, and counted where it is steady") {
  auto some = tracks({1, 0, 1, 0});
  Samples host = samples;
  const auto seen = run::set_held_down_aside(some, host);
  CHECK(seen.held == 1);
  CHECK(seen.all == 3);
  CHECK(some[0].value == std::vector<double>{2, 4});
  CHECK(some[0].offset_ns == std::vector<std::int64_t>{16, 36});
  REQUIRE(some.size() == 4);
  CHECK(some[2].metric == "time.device_held_down");
  CHECK(some[2].value == std::vector<double>{1, 3});
  CHECK(some[3].metric == "time.wall_held_down");
  CHECK(some[3].offset_ns == std::vector<std::int64_t>{20});
  CHECK(some[3].value == std::vector<double>{5});
  CHECK(host.warmup == 1);  // the first stays what it was
  CHECK(host.start_ns == std::vector<std::int64_t>{0, 10, 30});
  CHECK(host.end_ns == std::vector<std::int64_t>{5, 15, 35});
}

TEST_CASE("samples between two looks go by the next, those after the last by it") {
  std::vector<Track> rare{{"time.device", "ns", {16, 26}, {2, 3}},
                          {"device.held_down", "ratio", {16, 26}, {0, 1}}};
  Samples host{.scheduled_ns = {}, .start_ns = {0, 10, 20, 30}, .end_ns = {5, 15, 25, 35}, .warmup = 0};
  CHECK(run::set_held_down_aside(rare, host).held == 1);
  CHECK(host.start_ns == std::vector<std::int64_t>{0, 10});
}

TEST_CASE("a device that was always held down leaves nothing, and all stays; one that never was, likewise") {
  auto all = tracks({0, 1, 1, 1});
  Samples host = samples;
  const auto down = run::set_held_down_aside(all, host);
  CHECK(down.held == 3);
  CHECK(down.all == 3);
  CHECK(host.size() == 4);
  CHECK(all.size() == 2);
  auto none = tracks({0, 0, 0, 0});
  CHECK(run::set_held_down_aside(none, host).held == 0);
  CHECK(none.size() == 2);
  CHECK(none[0].value.size() == 4);
  CHECK(host.size() == 4);
}

TEST_CASE("where every call of the host was slow, a fast reading of the device saves nothing") {
  std::vector<Track> some{{"time.device", "ns", {12, 37, 38}, {2, 3, 4}},
                          {"device.held_down", "ratio", {12, 37, 38}, {0, 1, 1}}};
  Samples host = samples;
  const auto down = run::set_held_down_aside(some, host);
  CHECK(down.held == down.all);
  CHECK(host.size() == 4);
}

TEST_CASE("a device that nobody watches keeps all its readings") {
  std::vector<Track> plain{{"time.device", "ns", {6}, {1}}};
  Samples host = samples;
  CHECK(run::set_held_down_aside(plain, host).all == 0);
  CHECK(plain[0].value.size() == 1);
  CHECK(host.size() == 4);
}
