// SPDX-License-Identifier: Apache-2.0
#include "harness/run/gather.h"

#include <catch2/catch.hpp>

#include "harness/core/error.h"

using namespace assay;
using Catch::Matchers::Contains;

namespace {

protocol::Measured chunk(std::int64_t origin_ns, const std::string& metric) {
  protocol::Measured measured;
  measured.origin_ns = origin_ns;
  measured.samples.start_ns = {0, 10};
  measured.samples.end_ns = {5, 15};
  measured.tracks = {{metric, "ns", {1, 11}, {3, 4}}};
  return measured;
}

}  // namespace

TEST_CASE("chunks of a launch go on from its first origin, and so do their tracks") {
  Launch launch;
  run::Gather gather(launch);
  gather.append(gather.take(chunk(1000, "a")));
  gather.append(gather.take(chunk(1100, "a")));
  CHECK(launch.samples.start_ns == std::vector<std::int64_t>{0, 10, 100, 110});
  REQUIRE(launch.tracks.size() == 1);
  CHECK(launch.tracks[0].offset_ns == std::vector<std::int64_t>{1, 11, 101, 111});
  CHECK(gather.mean_call_ns() == 5);
}

TEST_CASE("a launch holds no more samples and track values than can be stored") {
  Launch launch;
  run::Gather gather(launch, {}, 4);
  gather.append(gather.take(chunk(0, "a")));
  gather.append(gather.take(chunk(100, "b")));
  CHECK_THROWS_WITH(gather.append(gather.take(chunk(200, "a"))),
                    Contains("samples of this launch are over 4"));
  auto tracks = chunk(200, "a");
  tracks.samples = {};
  CHECK_THROWS_WITH(gather.append(gather.take(tracks)),
                    Contains("values of all tracks of this launch are over 4"));
  CHECK(launch.samples.size() == 4);
}

TEST_CASE("a chunk whose samples are none of the launch's has no tracks there, its readings count") {
  Launch launch;
  run::Gather gather(launch);
  gather.take(chunk(0, "a"));
  CHECK(launch.tracks.empty());
  gather.append(gather.take(chunk(100, "a")));
  REQUIRE(launch.tracks.size() == 1);
  CHECK(launch.tracks[0].value.size() == 2);
  CHECK(gather.mean_call_ns() == 5);
}
