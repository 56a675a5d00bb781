// SPDX-License-Identifier: Apache-2.0
#include "harness/core/device_span.h"

#include <catch2/catch.hpp>

#include "harness/core/region_span.h"

using namespace assay;

TEST_CASE("what a device did survives being kept as tracks, with its stream and its call") {
  const std::vector<DeviceSpan> spans{{"kernels", "gemv(float*)", 7, 41, 1000, 2000},
                                      {"kernels", "gemv(float*)", 8, 42, 1500, 2000},
                                      {"calls", "cudaLaunchKernel", 99, 41, 100, 200},
                                      {"copies", "a/b%", 7, 0, -5, 0}};
  const auto tracks = device_tracks(spans);
  REQUIRE(tracks.size() == 5);
  CHECK(tracks[0].metric == "gpu.calls/cudaLaunchKernel");
  CHECK(tracks[0].unit == "ns");
  CHECK(tracks[2].metric == "gpu.kernels/gemv(float*)");
  CHECK(tracks[2].value == std::vector<double>{1000, 500});
  CHECK(is_naming(tracks[3].unit));
  const auto back = device_spans(tracks);
  REQUIRE(back.size() == 4);
  CHECK(back[0].name == "a%2Fb%25");
  CHECK(back[0].start_ns == -5);
  CHECK(back[1].kind == "calls");
  CHECK(back[1].stream == 99);
  CHECK(back[2].start_ns == 1000);
  CHECK(back[2].stream == 7);
  CHECK(back[2].correlation == back[1].correlation);
  CHECK(back[3].stream == 8);
  CHECK(back[3].correlation == 42);
}

TEST_CASE("without their streams spans are of stream 0; other tracks are no spans, and no span is no track") {
  CHECK(device_tracks({}).empty());
  CHECK(device_spans({{"gpu.clock", "Hz", {1}, {1}}, {"time.device", "ns", {1}, {1}}}).empty());
  const auto spans = device_spans({{"gpu.fills/fill", "ns", {30}, {10}}});
  REQUIRE(spans.size() == 1);
  CHECK(spans[0].start_ns == 20);
  CHECK(spans[0].stream == 0);
}
